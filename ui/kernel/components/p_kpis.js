export default {
  props: { tiles: Array },
  template: `
    <div class="p-grid-kpi">
      <component v-for="tile in tiles" :key="tile.label" :is="tile.path ? 'a' : 'div'" :href="tile.path" class="p-kpi">
        <div class="p-kpi-label">{{ tile.label }}</div>
        <div class="p-kpi-value">{{ tile.value }}</div>
        <div v-if="tile.bar !== undefined" class="p-bar" aria-hidden="true"><span :style="{ inlineSize: tile.bar + '%' }"></span></div>
        <div v-if="tile.note" class="p-kpi-note">{{ tile.note }}</div>
      </component>
    </div>`,
};

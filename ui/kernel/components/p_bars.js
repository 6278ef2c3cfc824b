export default {
  props: { bars: Array, label: String },
  template: `
    <div class="p-bars" role="img" :aria-label="label">
      <div v-for="(bar, n) in bars" :key="n" class="p-bar-col" :class="{ 'is-now': n === bars.length - 1 }" :title="bar.title">
        <i :style="{ blockSize: bar.height + '%' }"></i><span aria-hidden="true">{{ bar.label }}</span>
      </div>
    </div>`,
};

// The filter of one column: choices to tick, or two ends with presets for days.
export const FilterPop = {
  props: { column: Object, value: [Object, Array, String], words: Object },
  emits: ["change", "done"],
  data() {
    const range = this.column.filter === "range" ? { from: "", to: "", ...(this.value || {}) } : {};
    return { range, text: typeof this.value === "string" ? this.value : "" };
  },
  computed: {
    picked() {
      return Array.isArray(this.value) ? this.value : [];
    },
    isDay() {
      return ["date", "moment"].includes(this.column.kind);
    },
  },
  template: `<div>
    <template v-if="column.filter === 'choice'">
      <label v-for="c in column.choices" :key="c.v" class="p-check p-context-item">
        <input type="checkbox" :checked="picked.includes(c.v)" @change="tick(c.v)"><span>{{ c.l }}</span></label>
    </template>
    <template v-else-if="column.filter === 'range'">
      <template v-if="isDay"><button v-for="(label, name) in words.presets" :key="name" type="button" class="p-context-item"
        :class="{ 'is-active': range.preset === name }" @click="$emit('change', { preset: name }); $emit('done')">
        {{ label }}</button><hr></template>
      <form class="p-stack is-tight" style="padding: 6px 10px" @submit.prevent="apply">
        <label class="p-field"><span class="p-label">{{ words.from }}</span>
          <input class="p-input" :type="isDay ? 'date' : 'text'" :inputmode="isDay ? null : 'decimal'" v-model="range.from"></label>
        <label class="p-field"><span class="p-label">{{ words.to }}</span>
          <input class="p-input" :type="isDay ? 'date' : 'text'" :inputmode="isDay ? null : 'decimal'" v-model="range.to"></label>
        <button class="p-btn is-small">{{ words.apply }}</button></form>
    </template>
    <form v-else class="p-stack is-tight" style="padding: 6px 10px" @submit.prevent="$emit('change', text.trim() || null); $emit('done')">
      <label class="p-field"><span class="p-label">{{ words.contains }}</span><input class="p-input" v-model="text"></label>
      <button class="p-btn is-small">{{ words.apply }}</button></form>
    <template v-if="value"><hr><button type="button" class="p-context-item" @click="$emit('change', null); $emit('done')">
      {{ words.clear }}</button></template></div>`,
  methods: {
    tick(v) {
      const next = this.picked.includes(v) ? this.picked.filter((p) => p !== v) : [...this.picked, v];
      this.$emit("change", next.length ? next : null);
    },
    apply() {
      const { from, to } = this.range;
      this.$emit("change", from || to ? { from, to } : null);
      this.$emit("done");
    },
  },
};

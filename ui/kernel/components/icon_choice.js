// Icons to choose one from, by pointer or arrow keys.
export default {
  props: { icons: Array, now: String, label: String, sprite: String },
  emits: ["choose"],
  methods: {
    move(event) {
      const way = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 }[event.key];
      if (!way) return;
      event.preventDefault();
      const all = [...this.$el.children];
      all[Math.min(all.length - 1, Math.max(0, all.indexOf(event.target) + way))]?.focus();
    },
  },
  template: `<div class="p-icon-choice" role="group" :aria-label="label" @keydown="move">
    <button v-for="name in icons" :key="name" type="button" class="p-icon-btn is-framed" :aria-pressed="String(name === now)"
      :aria-label="name.replaceAll('-', ' ')" :title="name.replaceAll('-', ' ')" @click="$emit('choose', name)">
      <svg class="p-icon" aria-hidden="true"><use :href="sprite + '#i-' + name" /></svg></button></div>`,
};

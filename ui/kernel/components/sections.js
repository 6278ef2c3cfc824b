// The tabs inside a page: arrows move between them, the chosen one is told to the server, which builds its panel.
import { Icon } from "portico-tables";

export default {
  components: { Icon },
  props: { tabs: Array, active: String, label: String, panel: String, name: String, sprite: String },
  emits: ["choose"],
  provide() {
    return { sprite: this.sprite };
  },
  data() {
    return { now: this.active };
  },
  watch: {
    active(name) {
      this.now = name;
    },
  },
  methods: {
    choose(tab) {
      if (this.now === tab.name) return;
      this.now = tab.name;
      this.$emit("choose", tab.name);
    },
    move(event) {
      const rtl = document.documentElement.dir === "rtl" ? -1 : 1;
      const at = this.tabs.findIndex((t) => t.name === this.now);
      const to = { ArrowRight: at + rtl, ArrowLeft: at - rtl, Home: 0, End: this.tabs.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      const tab = this.tabs.at(to % this.tabs.length);
      this.choose(tab);
      this.$nextTick(() => this.$el.querySelector("[aria-selected=true]").focus());
    },
  },
  template: `<div class="p-sections" role="tablist" :aria-label="label" @keydown="move">
    <button v-for="t in tabs" :key="t.name" type="button" role="tab" class="p-section-tab" :class="{ 'is-on': t.name === now }"
      :id="name + '-' + t.name" :aria-selected="String(t.name === now)" :tabindex="t.name === now ? 0 : -1"
      :aria-controls="panel" @click="choose(t)">{{ t.label }}</button></div>`,
};

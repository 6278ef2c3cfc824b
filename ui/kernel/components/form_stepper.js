// A quantity: typed, or one step less or more; says so a moment after the last change.
import { Icon } from "portico-tables";

export default {
  components: { Icon },
  props: { value: String, label: String, step: String, least: String, sprite: String },
  emits: ["change"],
  provide() {
    return { sprite: this.sprite };
  },
  data() {
    return { text: this.value };
  },
  watch: {
    value(now) {
      this.text = now;
    },
  },
  methods: {
    by(way) {
      const now = Number(this.text.replace(",", ".")) || 0;
      this.text = String(Math.round(Math.max(Number(this.least), now + way * Number(this.step)) * 1e4) / 1e4);
      this.tell(300);
    },
    tell(wait) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.$emit("change", this.text), wait);
    },
  },
  template: `<div class="p-stepper" role="group" :aria-label="label">
    <button type="button" :aria-label="label + ' −'" @click="by(-1)"><Icon name="minus" small /></button>
    <input inputmode="decimal" autocomplete="off" :aria-label="label" v-model="text" @change="tell(0)"
      @keydown.up.prevent="by(1)" @keydown.down.prevent="by(-1)">
    <button type="button" :aria-label="label + ' +'" @click="by(1)"><Icon name="plus" small /></button></div>`,
};

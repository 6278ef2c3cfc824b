// A whole form as one element: the server sends fields, values and errors; this says what was typed and when to save.
import { Icon } from "portico-tables";
import { Lookup, Tongues } from "portico-forms";

export default {
  components: { Icon, Lookup, Tongues },
  props: {
    fields: Array, values: Object, errors: Object, fault: String, words: Object, button: String, danger: Boolean,
    cancel: Boolean, turn: Number, edition: Number, found: Object, sprite: String, name: String, locked: Boolean,
  },
  emits: ["typed", "submit", "cancel", "look"],
  provide() {
    return { sprite: this.sprite };
  },
  data() {
    return { v: { ...this.values }, busy: false, seen: {} };
  },
  computed: {
    shown() {
      return this.fields.filter((f) => f.kind !== "hidden");
    },
  },
  watch: {
    edition() {
      this.v = { ...this.values };
    },
    turn() {
      this.busy = false;
      this.$nextTick(this.pointOut);
    },
  },
  methods: {
    id(f) {
      return `${this.name}-${f.name.replace(/\./g, "-")}`;
    },
    told(f) {
      return [f.help && this.id(f) + "-help", this.errors[f.name] && this.id(f) + "-error"].filter(Boolean).join(" ") || null;
    },
    put(f, value) {
      this.v[f.name] = value;
      this.$emit("typed", { name: f.name, value });
    },
    step(f, way) {
      const now = Number(String(this.v[f.name] || "0").replace(",", ".")) || 0;
      this.put(f, String(Math.max(0, now + way * f.step)));
    },
    submit() {
      if (this.busy || this.locked) return;
      this.busy = true;
      this.$emit("submit", { ...this.v });
    },
    pointOut() {
      const bad = this.$el.querySelector("[aria-invalid=true]") || (this.fault ? this.$refs.alert : null);
      bad?.focus();
    },
  },
  template: `<form class="p-form" novalidate :aria-busy="String(busy)" @submit.prevent="submit"
      @keydown.ctrl.enter.prevent="submit" @keydown.meta.enter.prevent="submit">
    <div v-if="fault" ref="alert" class="p-alert is-bad" role="alert" tabindex="-1"><Icon name="circle-alert" /><span>{{ fault }}</span></div>
    <template v-for="f in shown" :key="f.name">
      <div v-if="f.part" class="p-form-part"><h2>{{ f.part }}</h2></div>
      <div v-if="f.kind === 'flag'" class="p-field" :class="{ 'is-half': f.half, 'is-error': errors[f.name] }">
        <div><label class="p-check"><input type="checkbox" :id="id(f)" :checked="v[f.name]" :disabled="locked"
          :aria-describedby="told(f)" :aria-invalid="errors[f.name] ? 'true' : null" @change="put(f, $event.target.checked)">
          <span>{{ f.label }}</span></label></div>
        <span v-if="f.help" class="p-help" :id="id(f) + '-help'">{{ f.help }}</span>
        <span v-if="errors[f.name]" class="p-error" :id="id(f) + '-error'">{{ errors[f.name] }}</span></div>
      <div v-else class="p-field" :class="{ 'is-half': f.half, 'is-error': errors[f.name] }">
        <label :for="id(f)">{{ f.label }} <span v-if="!f.needed" class="p-optional" aria-hidden="true">{{ words.optional }}</span></label>
        <textarea v-if="f.kind === 'long'" class="p-textarea" :id="id(f)" :value="v[f.name]" :maxlength="f.most" :disabled="locked"
          :placeholder="f.placeholder" :required="f.needed" :aria-describedby="told(f)"
          :aria-invalid="errors[f.name] ? 'true' : null" @input="put(f, $event.target.value)"></textarea>
        <select v-else-if="f.kind === 'choice'" class="p-select" :id="id(f)" :disabled="locked" :required="f.needed"
          :aria-describedby="told(f)" :aria-invalid="errors[f.name] ? 'true' : null" @change="put(f, $event.target.value)">
          <option v-if="!f.needed || !v[f.name]" value="" :selected="!v[f.name]">{{ f.placeholder || words.choose }}</option>
          <option v-for="c in f.choices" :key="c.v" :value="c.v" :selected="c.v === v[f.name]">{{ c.l }}</option></select>
        <Lookup v-else-if="f.kind === 'search'" :id="id(f)" :value="v[f.name]" :label="seen[f.name] ?? f.text" :words="words"
          :found="found[f.name]" :told="told(f)" :bad="Boolean(errors[f.name])" :placeholder="f.placeholder" :locked="locked"
          :needed="f.needed" @look="$emit('look', { name: f.name, words: $event })"
          @pick="(value, label) => { seen[f.name] = label; put(f, value); }" />
        <Tongues v-else-if="f.kind === 'languages'" :id="id(f)" :value="v[f.name] || {}" :languages="f.languages" :long="f.long"
          :most="f.most" :told="told(f)" :bad="Boolean(errors[f.name])" :label="f.label" :locked="locked" @change="put(f, $event)" />
        <div v-else-if="f.kind === 'quantity'" class="p-stepper">
          <button type="button" :aria-label="words.less" :disabled="locked" @click="step(f, -1)"><Icon name="minus" small /></button>
          <input :id="id(f)" inputmode="decimal" :value="v[f.name]" :disabled="locked" autocomplete="off" :aria-describedby="told(f)"
            :aria-invalid="errors[f.name] ? 'true' : null" @input="put(f, $event.target.value)">
          <button type="button" :aria-label="words.more" :disabled="locked" @click="step(f, 1)"><Icon name="plus" small /></button></div>
        <div v-else class="p-input-wrap">
          <input class="p-input" :class="{ 'p-num': f.number }" :id="id(f)" :type="f.kind === 'secret' && seen[f.name] ? 'text' : f.input"
            :inputmode="f.number ? 'decimal' : null" :value="v[f.name]" :maxlength="f.most" :placeholder="f.placeholder" :disabled="locked"
            :autocomplete="f.autocomplete" :required="f.needed" :aria-describedby="told(f)"
            :aria-invalid="errors[f.name] ? 'true' : null" :style="f.unit ? { paddingInlineEnd: 24 + f.unit.length * 8 + 'px' } : null"
            @input="put(f, $event.target.value)">
          <span v-if="f.unit" class="p-unit p-soft" style="position: absolute; inset-inline-end: 3px">{{ f.unit }}</span>
          <button v-if="f.kind === 'secret'" type="button" class="p-icon-btn" :aria-pressed="String(Boolean(seen[f.name]))"
            :aria-label="words.show" @click="seen[f.name] = !seen[f.name]"><Icon :name="seen[f.name] ? 'eye-off' : 'eye'" /></button></div>
        <span v-if="f.help" class="p-help" :id="id(f) + '-help'">{{ f.help }}</span>
        <span v-if="errors[f.name]" class="p-error" :id="id(f) + '-error'">{{ errors[f.name] }}</span></div>
    </template>
    <div v-if="button && !locked" class="p-form-actions">
      <button v-if="cancel" type="button" class="p-btn" @click="$emit('cancel')">{{ words.cancel }}</button>
      <button type="submit" class="p-btn is-main" :class="{ 'is-busy': busy, 'is-danger': danger }" :disabled="busy">{{ button }}</button>
    </div></form>`,
};

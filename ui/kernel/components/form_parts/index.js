// Fields that need more than an input: one of many found by typing, and a text in several languages.
export const Lookup = {
  props: {
    id: String, value: String, label: String, words: Object, found: Array, told: String, bad: Boolean, needed: Boolean,
    placeholder: String, locked: Boolean,
  },
  emits: ["look", "pick"],
  data() {
    return { text: this.label || "", open: false, at: 0 };
  },
  watch: {
    label(now) {
      this.text = now || "";
    },
    found() {
      this.at = 0;
    },
  },
  template: `<div class="p-input-wrap" @focusout="left"><input class="p-input" role="combobox" :id="id" v-model="text" autocomplete="off"
      :aria-expanded="String(open)" :aria-controls="id + '-list'" aria-autocomplete="list" :aria-describedby="told" :disabled="locked"
      :aria-invalid="bad ? 'true' : null" :aria-activedescendant="open && found?.length ? id + '-' + at : null"
      :placeholder="placeholder" :required="needed" @input="typed" @focus="typed" @keydown="key">
    <div v-if="open && found" class="p-context-menu" role="listbox" :id="id + '-list'" :aria-label="words.found"
      style="position: absolute; inset-block-start: 100%; inset-inline: 0; z-index: 10; max-block-size: 280px; overflow: auto">
      <div v-for="(o, i) in found" :key="o.v" role="option" :id="id + '-' + i" :aria-selected="String(i === at)"
        class="p-context-item" :class="{ 'is-active': i === at }" @pointerdown.prevent="pick(o)">
        <span>{{ o.l }}<span v-if="o.n" class="p-context-note">{{ o.n }}</span></span></div>
      <div v-if="!found.length" class="p-context-note" style="padding: 8px 10px">{{ words.nothing }}</div></div></div>`,
  methods: {
    typed(event) {
      this.open = true;
      if (event.type === "input" && !this.text) this.$emit("pick", "", "");
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.$emit("look", event.type === "focus" ? "" : this.text), 200);
    },
    key(event) {
      const all = this.found || [];
      if (event.key === "ArrowDown") this.at = Math.min(this.at + 1, all.length - 1);
      else if (event.key === "ArrowUp") this.at = Math.max(this.at - 1, 0);
      else if (event.key === "Enter" && this.open && all[this.at] && !event.ctrlKey) this.pick(all[this.at]);
      else if (event.key === "Escape" && this.open) this.open = false;
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    pick(option) {
      this.text = option.l;
      this.open = false;
      this.$emit("pick", option.v, option.l);
    },
    left() {
      this.open = false;
      clearTimeout(this.timer);
      if (this.text !== this.label) this.text = this.value ? this.label || "" : "";
    },
  },
};

export const Tongues = {
  props: {
    id: String, value: Object, languages: Array, long: Boolean, most: Number, told: String, bad: Boolean, label: String, locked: Boolean,
  },
  emits: ["change"],
  data() {
    return { at: this.languages[0]?.v };
  },
  template: `<div class="p-stack is-tight"><div class="p-row" role="tablist" :aria-label="label">
      <button v-for="(l, i) in languages" :key="l.v" type="button" role="tab" class="p-pill" :class="{ 'is-on': at === l.v }"
        :aria-selected="String(at === l.v)" :aria-controls="id + '-panel'" :tabindex="at === l.v ? 0 : -1" @click="at = l.v"
        @keydown.right="move($event, i + 1)" @keydown.left="move($event, i - 1)">{{ l.l }}<span v-if="!value[l.v]" aria-hidden="true">·</span></button></div>
    <div role="tabpanel" :id="id + '-panel'"><component :is="long ? 'textarea' : 'input'" :id="id" :class="long ? 'p-textarea' : 'p-input'"
      :value="value[at] || ''" :maxlength="most" :lang="at" :dir="at === 'ar' ? 'rtl' : 'ltr'" :disabled="locked" :aria-describedby="told"
      :aria-invalid="bad ? 'true' : null" @input="$emit('change', { ...value, [at]: $event.target.value })"></component></div></div>`,
  methods: {
    move(event, to) {
      const next = (to + this.languages.length) % this.languages.length;
      this.at = this.languages[next].v;
      event.currentTarget.parentElement.children[next].focus();
    },
  },
};

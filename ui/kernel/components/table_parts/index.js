// What floats over a list: row menu, filter, columns and saved views. Each closes with Escape and gives the focus back.
import { FilterPop } from "./filter.js";

export const Icon = {
  props: { name: String, small: Boolean, flip: Boolean },
  inject: { sprite: { default: "/assets/icons.svg" } },
  template: `<svg class="p-icon" :class="{ 'is-16': small, 'is-flip': flip }" aria-hidden="true" focusable="false">
    <use :href="sprite + '#i-' + name"></use></svg>`,
};

export const Floating = {
  props: { anchor: Object, label: String, role: { type: String, default: "dialog" } },
  emits: ["close"],
  template: `<teleport to="body"><div ref="box" class="p-context-menu" :role="role" :aria-label="label" tabindex="-1"
      :style="spot" @keydown.esc.stop.prevent="$emit('close', true)" @keydown.tab="leave"><slot></slot></div></teleport>`,
  data: () => ({ spot: { position: "fixed", opacity: 0, zIndex: 7000, maxHeight: "70vh", overflow: "auto",
    inlineSize: "max-content", maxInlineSize: "min(420px, calc(100vw - 16px))" } }),
  mounted() {
    this.place();
    this.outside = (e) => {
      if (!this.$refs.box?.contains(e.target) && !this.anchor.element?.contains?.(e.target)) this.$emit("close", false);
    };
    document.addEventListener("pointerdown", this.outside, true);
    const first = this.$refs.box.querySelector("[data-first]")
      || this.$refs.box.querySelector("[role^=menuitem], input, select, button");
    (first || this.$refs.box).focus({ preventScroll: true });
  },
  unmounted() {
    document.removeEventListener("pointerdown", this.outside, true);
  },
  methods: {
    place() {
      const box = this.$refs.box.getBoundingClientRect();
      const at = this.anchor.rect;
      const rtl = document.documentElement.dir === "rtl";
      let x = rtl ? at.right - box.width : at.left;
      let y = at.bottom + 4;
      if (y + box.height > innerHeight - 8) y = Math.max(8, at.top - box.height - 4);
      x = Math.min(Math.max(8, x), innerWidth - box.width - 8);
      Object.assign(this.spot, { left: x + "px", top: y + "px", opacity: 1 });
    },
    leave(e) {
      if (this.role === "menu") {
        e.preventDefault();
        this.$emit("close", true);
      }
    },
  },
};

export const RowMenu = {
  components: { Icon, Floating },
  props: { anchor: Object, label: String, items: Array },
  emits: ["close", "pick"],
  template: `<Floating :anchor="anchor" :label="label" role="menu" @close="$emit('close', $event)"
      @keydown.down.prevent="move(1)" @keydown.up.prevent="move(-1)" @keydown.home.prevent="move(0, 0)"
      @keydown.end.prevent="move(0, -1)">
    <template v-for="item in items" :key="item.index">
      <hr v-if="item.rule" role="separator">
      <button type="button" role="menuitem" tabindex="-1" class="p-context-item" :class="{ 'is-danger': item.danger }"
        :aria-disabled="item.reason ? 'true' : null" @click="item.reason || $emit('pick', item)">
        <Icon v-if="item.icon" :name="item.icon" /><span>{{ item.label }}
          <span v-if="item.reason" class="p-context-note">{{ item.reason }}</span></span>
        <kbd v-if="item.kbd" class="p-kbd">{{ item.kbd }}</kbd></button>
    </template></Floating>`,
  methods: {
    move(step, to) {
      const all = [...document.querySelectorAll("body > .p-context-menu [role=menuitem]")];
      const next = to === undefined ? (all.indexOf(document.activeElement) + step + all.length) % all.length : to;
      all.at(next)?.focus();
    },
  },
};

export const ColumnPop = {
  components: { Icon, Floating },
  props: { anchor: Object, head: Array, shown: Array, words: Object },
  emits: ["close", "change"],
  data() {
    const rest = this.head.map((c) => c.name).filter((n) => !this.shown.includes(n));
    return { order: [...this.shown, ...rest], on: [...this.shown] };
  },
  template: `<Floating :anchor="anchor" :label="words.columns" @close="$emit('close', $event)">
    <div v-for="(name, i) in order" :key="name" class="p-spread">
      <label class="p-check p-context-item"><input type="checkbox" :checked="on.includes(name)"
        :disabled="on.length === 1 && on.includes(name)" @change="toggle(name)"><span>{{ label(name) }}</span></label>
      <span class="p-nowrap">
        <button type="button" class="p-icon-btn is-small" :disabled="i === 0" @click="move(i, -1)"
          :aria-label="words.up.replace('{column}', label(name))"><Icon name="arrow-up" small /></button>
        <button type="button" class="p-icon-btn is-small" :disabled="i === order.length - 1" @click="move(i, 1)"
          :aria-label="words.down.replace('{column}', label(name))"><Icon name="arrow-down" small /></button></span>
    </div><hr>
    <button type="button" class="p-context-item" @click="$emit('change', [])"><Icon name="rotate-ccw" />
      {{ words.standard }}</button></Floating>`,
  methods: {
    label(name) {
      return this.head.find((c) => c.name === name).label;
    },
    toggle(name) {
      this.on = this.on.includes(name) ? this.on.filter((n) => n !== name) : [...this.on, name];
      this.tell();
    },
    move(i, step) {
      this.order.splice(i + step, 0, this.order.splice(i, 1)[0]);
      this.tell();
    },
    tell() {
      this.$emit("change", this.order.filter((n) => this.on.includes(n)));
    },
  },
};

export const ViewPop = {
  components: { Icon, Floating },
  props: { anchor: Object, views: Array, words: Object, share: Boolean },
  emits: ["close", "apply", "save", "remove", "share"],
  data: () => ({ name: "", shared: false }),
  template: `<Floating :anchor="anchor" :label="words.views" @close="$emit('close', $event)">
    <button type="button" class="p-context-item" data-first @click="$emit('apply', null)"><Icon name="list" />
      {{ words.all }}</button>
    <div v-for="v in views" :key="v.id" class="p-spread">
      <button type="button" class="p-context-item" @click="$emit('apply', v)"><Icon :name="v.shared ? 'users' : 'bookmark'" />
        <span>{{ v.name }}<span v-if="v.by" class="p-context-note">{{ v.by }}</span></span></button>
      <span v-if="v.own" class="p-nowrap">
        <button v-if="share" type="button" class="p-icon-btn is-small" :aria-pressed="String(v.shared)"
          @click="$emit('share', v)" :aria-label="words.share.replace('{name}', v.name)"><Icon name="share-2" small /></button>
        <button type="button" class="p-icon-btn is-small is-danger" @click="$emit('remove', v)"
          :aria-label="words.remove.replace('{name}', v.name)"><Icon name="trash-2" small /></button></span>
    </div><hr>
    <form class="p-stack is-tight" style="padding: 6px 10px" @submit.prevent="name.trim() && $emit('save', name.trim(), shared)">
      <label class="p-field"><span class="p-label">{{ words.saveAs }}</span>
        <input class="p-input" v-model="name" maxlength="80" autocomplete="off"></label>
      <label v-if="share" class="p-check"><input type="checkbox" v-model="shared"><span>{{ words.sharing }}</span></label>
      <button class="p-btn is-small" :disabled="!name.trim()">{{ words.save }}</button></form></Floating>`,
};

export { FilterPop };

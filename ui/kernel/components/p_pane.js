import { store, scrolls, drafts, keep, say, focusHeading, mayTakeFocus } from "portico";

const TYPED = "textarea, input:not([type=password], [type=file], [type=checkbox], [type=radio], [type=hidden], [type=range])";
const nameOf = (field) =>
  field.name || field.getAttribute("aria-label") || field.labels?.[0]?.textContent.trim() || field.placeholder || field.tagName;

let first = true;

export default {
  props: { path: String, ready: Boolean, title: String, narrow: Boolean },
  template: `
    <section :class="['p-pane', active || 'is-hidden', narrow && 'is-narrow']" role="tabpanel" :data-path="path"
      :aria-label="title || path" :aria-busy="!ready" @input="typed">
      <slot/>
      <div v-if="!ready" class="p-stack" aria-hidden="true">
        <div class="p-skeleton is-title"></div><div class="p-skeleton is-block"></div><div class="p-skeleton"></div>
      </div>
    </section>`,
  computed: {
    active() {
      return store.active === this.path;
    },
    fillable() {
      return this.ready && store.restored;
    },
    shown() {
      return this.active && this.ready;
    },
  },
  watch: {
    shown(now) {
      if (now) this.arrive();
    },
    fillable(now) {
      if (now) this.$nextTick(this.fill);
    },
  },
  mounted() {
    store.alive.push(this.path);
    if (this.shown) this.arrive();
    if (this.fillable) this.fill();
  },
  unmounted() {
    store.alive = store.alive.filter((path) => path !== this.path);
  },
  methods: {
    arrive() {
      this.$nextTick(() => {
        const main = this.$el.closest(".p-main");
        if (main) main.scrollTop = scrolls[this.path] ?? 0;
        if (!first && mayTakeFocus(this.$el)) {
          focusHeading();
          say(this.title);
        }
        first = false;
      });
    },
    // What is typed is remembered here until the server surely has it, and typed again when the server was lost.
    typed(event) {
      if (!event.target.matches(TYPED)) return;
      const name = nameOf(event.target);
      const place = this.fields().filter((field) => nameOf(field) === name).indexOf(event.target);
      const draft = { name, place, value: event.target.value, at: Date.now(), sent: !store.offline };
      (drafts[this.path] ??= {})[`${name} ${place}`] = draft;
      keep("drafts", drafts);
    },
    fields() {
      return [...this.$el.querySelectorAll(TYPED)];
    },
    fill() {
      for (const { name, place, value } of store.lost[this.path] || []) {
        const field = this.fields().filter((one) => nameOf(one) === name)[place];
        if (!field || field.value === value) continue;
        field.value = value;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        field.dispatchEvent(new Event("change", { bubbles: true }));
      }
      delete store.lost[this.path];
    },
  },
};

import { store, scrolls, drafts, keep, say, focusHeading } from "portico";

let first = true;

export default {
  props: { path: String, ready: Boolean, title: String, narrow: Boolean },
  template: `
    <section :class="['p-pane', active || 'is-hidden', narrow && 'is-narrow']" role="tabpanel" :aria-label="title || path"
      :aria-busy="!ready" @input="typed">
      <slot/>
      <div v-if="!ready" class="p-stack" aria-hidden="true">
        <div class="p-skeleton is-title"></div><div class="p-skeleton is-block"></div><div class="p-skeleton"></div>
      </div>
    </section>`,
  computed: {
    active() {
      return store.active === this.path;
    },
    shown() {
      return this.active && this.ready;
    },
  },
  watch: {
    shown(now) {
      if (now) this.arrive();
    },
  },
  mounted() {
    store.alive.push(this.path);
    if (this.shown) this.arrive();
  },
  unmounted() {
    store.alive = store.alive.filter((path) => path !== this.path);
  },
  methods: {
    arrive() {
      this.$nextTick(() => {
        const main = this.$el.closest(".p-main");
        if (main) main.scrollTop = scrolls[this.path] ?? 0;
        if (!first && !this.$el.contains(document.activeElement) && !document.querySelector("[role=dialog]:focus-within")) {
          focusHeading();
          say(this.title);
        }
        first = false;
      });
    },
    typed(event) {
      const name = event.target.dataset?.keep;
      if (!name) return;
      (drafts[this.path] ??= {})[name] = { value: event.target.value, at: Date.now(), sent: !store.offline };
      keep("drafts", drafts);
    },
  },
};

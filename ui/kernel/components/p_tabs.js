import { store, keep, Icon } from "portico";

export default {
  components: { Icon },
  props: { tabs: Array, words: Object, seller: String },
  emits: ["shut", "others", "reopen"],
  template: `
    <section class="p-tabs" :aria-label="words.open" @keydown="keys">
      <div class="p-tablist" role="tablist" :aria-label="words.workstation">
        <a v-for="(tab, i) in tabs" :key="tab.path" :href="tab.path" role="tab" :style="{ order: 2 * i }"
          :class="['p-tab', tab.path === store.active && 'is-active', tab.dirty && 'is-dirty']" :data-path="tab.path"
          :aria-selected="tab.path === store.active ? 'true' : 'false'" :tabindex="tab.path === store.active ? 0 : -1"
          aria-keyshortcuts="Delete" @auxclick.middle.prevent="$emit('shut', tab.path)" @mousedown.middle.prevent
          @contextmenu.prevent="openMenu($event, tab)">
          <Icon :name="tab.icon"/><span class="p-tab-label">{{ tab.title }}</span>
        </a>
      </div>
      <button v-for="(tab, i) in tabs" :key="tab.path" type="button" class="p-tab-close" tabindex="-1" :style="{ order: 2 * i + 1 }"
        :aria-label="words.close.replace('{tab}', tab.title)" @click="$emit('shut', tab.path)"><Icon name="x"/></button>
      <div v-if="menu" class="p-context-menu p-tab-menu" role="menu" :aria-label="menu.title" :style="menu.at" ref="menu"
        @keydown.esc.stop="menu = null" @focusout="left">
        <button type="button" role="menuitem" class="p-context-item" @click="pick('shut')"><Icon name="x"/>{{ words.shut }}</button>
        <button type="button" role="menuitem" class="p-context-item" @click="pick('others')"><Icon name="circle-x"/>{{ words.others }}</button>
        <button type="button" role="menuitem" class="p-context-item" @click="pick('reopen')"><Icon name="rotate-ccw"/>{{ words.reopen }}</button>
      </div>
    </section>`,
  data: () => ({ store, menu: null }),
  computed: {
    title() {
      return this.tabs.find((tab) => tab.path === store.active)?.title;
    },
  },
  watch: {
    tabs(tabs) {
      keep("tabs", tabs.map((tab) => tab.path));
    },
    title: {
      immediate: true,
      handler(title) {
        store.title = title || "";
        if (title) document.title = `${title} · ${this.seller}`;
        this.$nextTick(() => this.$el?.querySelector?.(".p-tab.is-active")?.scrollIntoView({ block: "nearest", inline: "nearest" }));
      },
    },
  },
  methods: {
    openMenu(event, tab) {
      this.menu = { ...tab, at: { insetInlineStart: "0", left: `${event.clientX}px`, top: `${event.clientY}px`, right: "auto" } };
      this.$nextTick(() => this.$refs.menu.querySelector("button").focus());
    },
    left(event) {
      if (!this.$refs.menu?.contains(event.relatedTarget)) this.menu = null;
    },
    pick(what) {
      const path = this.menu.path;
      this.menu = null;
      this.$emit(what, path);
    },
    keys(event) {
      if (this.menu) {
        const items = [...this.$refs.menu.querySelectorAll("button")];
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        return items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
      }
      const tabs = [...this.$el.querySelectorAll("[role=tab]")];
      const at = tabs.indexOf(document.activeElement);
      if (at < 0) return;
      const forward = document.documentElement.dir === "rtl" ? -1 : 1;
      const to = { ArrowRight: at + forward, ArrowLeft: at - forward, Home: 0, End: tabs.length - 1 }[event.key];
      if (to !== undefined) {
        event.preventDefault();
        tabs[(to + tabs.length) % tabs.length].focus();
      } else if (event.key === "Delete") {
        event.preventDefault();
        this.$emit("shut", tabs[at].dataset.path);
      } else if (event.key === " ") {
        event.preventDefault();
        tabs[at].click();
      } else if (event.key === "ContextMenu" || (event.shiftKey && event.key === "F10")) {
        event.preventDefault();
        const box = tabs[at].getBoundingClientRect();
        const tab = this.tabs.find((one) => one.path === tabs[at].dataset.path);
        this.openMenu({ clientX: box.left, clientY: box.bottom }, tab);
      }
    },
  },
};

import { store, from, scrolls, drafts, keptTabs, belongTo, keep, Icon, focusHeading } from "portico";

const tidy = (path) => path.replace(/(.)\/+$/, "$1");

// What changes with every click is a component of its own, so that the whole page is not drawn anew with it.
const BottomBar = {
  components: { Icon },
  props: { items: Array, label: String },
  template: `
    <nav class="p-bottom-bar" :aria-label="label">
      <a v-for="item in items" :key="item.path" :href="item.path" :class="{ 'is-active': store.active === item.path }"
        :aria-current="store.active === item.path ? 'page' : undefined"><Icon :name="item.icon"/><span>{{ item.title }}</span></a>
    </nav>`,
  data: () => ({ store }),
};

const Scrim = {
  props: { label: String },
  template: `<button v-if="store.drawer" type="button" class="p-scrim" :aria-label="label" @click="store.drawer = false"></button>`,
  data: () => ({ store }),
};

const Told = {
  components: { Icon },
  props: { offline: String },
  template: `
    <div role="status"><div v-if="store.offline" class="p-reconnect"><Icon name="wifi-off"/>{{ offline }}</div></div>
    <div class="p-sr" role="status" aria-live="polite">{{ store.spoken }}</div>`,
  data: () => ({ store }),
};

export default {
  components: { BottomBar, Scrim, Told },
  props: { words: Object, sprite: String, roots: Array, bottom: Array, office: Boolean, main: String, person: String },
  emits: ["go", "shortcut", "hello", "undo"],
  template: `
    <div :class="['p-app', store.drawer && 'p-drawer-open', store.collapsed && 'is-collapsed', office && 'is-office']">
      <a class="p-skip" :href="'#' + main" @click.prevent.stop="skip">{{ words.skip }}</a>
      <slot/>
      <BottomBar v-if="bottom.length" :items="bottom" :label="words.bottom"/>
      <Scrim :label="words.close"/>
      <Told :offline="words.offline"/>
    </div>`,
  data: () => ({ store }),
  watch: {
    "$q.dark.isActive": {
      immediate: true,
      handler(dark) {
        document.documentElement.classList.toggle("is-dark", dark);
      },
    },
  },
  created() {
    this.turns = 0;
    belongTo(this.person);
    store.sprite = this.sprite;
    store.go = (path) => this.go(path);
  },
  mounted() {
    document.addEventListener("click", this.onClick);
    document.addEventListener("keydown", this.onKey);
    document.addEventListener("submit", this.onSubmit);
    window.addEventListener("popstate", () => this.go(location.pathname + location.search, false));
    window.addEventListener("pagehide", () => {
      this.leave();
      keep("scrolls", scrolls);
    });
    setTimeout(() => this.watchSocket(), 0);
    store.lost = this.lost();
    this.$emit("hello", [...keptTabs]);
  },
  methods: {
    watchSocket() {
      document.getElementById("popup")?.replaceChildren();
      document.getElementById("popup")?.style.setProperty("display", "none", "important");
      window.socket?.on("disconnect", () => (store.offline = !this.leaving));
      window.socket?.on("connect", () => (store.offline = false));
    },
    // What was typed in the last hour and may not have reached the server before it was lost.
    lost() {
      const found = {};
      for (const [path, fields] of Object.entries(drafts)) {
        const late = Object.values(fields).filter((draft) => Date.now() - draft.at < (draft.sent ? 3000 : 3600000));
        if (late.length) found[path] = late;
        delete drafts[path];
      }
      keep("drafts", drafts);
      return found;
    },
    restored() {
      store.restored = true;
    },
    leave() {
      const main = this.$el.querySelector(".p-main");
      if (main) scrolls[store.active] = main.scrollTop;
    },
    go(address, push = true) {
      this.turn(address, push ? "push" : "");
      this.turns += 1;
      this.$emit("go", address, this.turns);
    },
    // What the server wants shown gives way to where the person went since.
    show(address, turns) {
      if (turns >= this.turns) this.turn(address, "push");
    },
    turn(address, how) {
      this.leave();
      from.element = document.activeElement;
      const [path] = address.split("?");
      store.active = tidy(path);
      store.drawer = false;
      if (how === "push" && location.pathname + location.search !== address) history.pushState({}, "", address);
    },
    onClick(event) {
      if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      const link = event.target.closest("a[href]");
      if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
      if (!this.roots.includes(link.pathname.split("/")[1]) || "plain" in link.dataset) return;
      event.preventDefault();
      if (link.hash && link.pathname === location.pathname) return document.querySelector(link.hash)?.scrollIntoView();
      this.go(link.pathname + link.search);
    },
    // A form that leaves the page may end this session; the server's call to sign in again must not overtake the answer.
    onSubmit(event) {
      if (event.defaultPrevented || event.target.method !== "post") return;
      this.leaving = true;
      window.socket?.disconnect();
      setTimeout(() => {
        this.leaving = false;
        window.socket?.connect();
      }, 5000);
    },
    onKey(event) {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.code === "KeyK") return this.press(event, ".p-top-search input");
      if (event.altKey && !event.ctrlKey && !event.metaKey) {
        const digit = /^Digit([1-9])$/.exec(event.code);
        if (digit && !event.shiftKey) return this.tell(event, Number(digit[1]));
        if (event.code === "KeyW" && !event.shiftKey) return this.tell(event, "close");
        if (event.code === "KeyT" && event.shiftKey) return this.tell(event, "reopen");
      }
      const typing = event.target.closest?.("input, textarea, select, [contenteditable=true], [role=dialog]");
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) this.press(event, ".p-menu-search input");
      if (event.key === "Escape" && store.drawer) store.drawer = false;
    },
    press(event, selector) {
      event.preventDefault();
      if (selector.startsWith(".p-menu") && matchMedia("(max-width: 1023px)").matches) store.drawer = true;
      if (selector.startsWith(".p-menu")) store.collapsed = false;
      const field = document.querySelector(selector);
      field?.focus();
      field?.select();
      if (document.activeElement !== field) setTimeout(() => field?.select(), 20); // once the drawer or menu is open
    },
    tell(event, what) {
      event.preventDefault();
      this.$emit("shortcut", what);
    },
    skip: focusHeading,
    offerUndo(number, text, label) {
      Quasar.Notify.create({
        message: text, position: "bottom", type: "positive", icon: null, timeout: 8000, attrs: { role: "status" },
        actions: [{ label, class: "p-toast-undo", handler: () => this.$emit("undo", number) }],
      });
    },
  },
};

import { store, Icon } from "portico";

export default {
  components: { Icon },
  props: { words: Object, groups: Array, seller: String, logo: String, office: Boolean, home: String },
  emits: ["search", "pin"],
  template: `
    <nav :class="['p-menu', store.collapsed && 'is-collapsed']" :aria-label="words.menu" @keydown="keys">
      <a class="p-menu-brand" :href="home"><span class="p-logo" aria-hidden="true"><img v-if="logo" :src="logo" alt=""><template v-else>{{ seller.slice(0, 1) }}</template></span>
        <span class="p-menu-name">{{ seller }}</span><span v-if="office" class="p-chip">{{ words.office }}</span></a>
      <label class="p-menu-search" @click="store.collapsed = false"><Icon name="search"/>
        <input type="search" ref="search" v-model="typed" :aria-label="words.search" :placeholder="words.search" autocomplete="off"
          aria-controls="p-menu-list" @input="$emit('search', typed)"><span class="p-kbd" aria-hidden="true">/</span></label>
      <div class="p-menu-list" id="p-menu-list">
        <template v-for="group in shown" :key="group.key">
          <div v-if="group.label" class="p-menu-group">{{ group.label }}</div>
          <div v-for="item in group.items" :key="group.key + item.path" :class="['p-menu-item', isActive(item) && 'is-active', item.fixed && 'is-fixed']">
            <a class="p-menu-link" :href="item.path" :title="store.collapsed ? item.title : undefined"
              :aria-label="store.collapsed ? item.title : undefined" :aria-description="item.count ? item.waiting : undefined"
              :aria-current="isActive(item) ? 'page' : undefined" @click="clear"><Icon :name="item.icon"/><span class="p-menu-label">{{ item.title }}</span>
              <span v-if="item.count" :class="['p-count', item.alert && 'is-bad']" aria-hidden="true">{{ item.count }}</span></a>
            <button v-if="!item.fixed" type="button" :class="['p-pin', item.pinned && 'is-on']" :aria-label="(item.pinned ? words.unpin : words.pin).replace('{module}', item.title)" @click="$emit('pin', item)"><Icon :name="item.pinned ? 'pin-off' : 'pin'" look="is-16"/></button>
          </div>
        </template>
        <p v-if="typed && !shown.length" class="p-menu-group" role="status">{{ words.nothing }}</p>
      </div>
      <div class="p-menu-foot"><button type="button" class="p-icon-btn is-small" :aria-label="store.collapsed ? words.expand : words.collapse"
        :aria-expanded="store.collapsed ? 'false' : 'true'" @click="collapse"><Icon :name="store.collapsed ? 'chevrons-right' : 'chevrons-left'" look="is-flip"/></button></div>
    </nav>`,
  data: () => ({ store, typed: "", found: [], answered: "" }),
  computed: {
    shown() {
      if (!this.typed.trim()) return this.groups;
      const items = new Map(this.groups.flatMap((group) => group.items).map((item) => [item.path, item]));
      const hits = this.found.map((path) => items.get(path)).filter(Boolean);
      return hits.length ? [{ key: "found", label: "", items: hits }] : [];
    },
    place() {
      const all = this.groups.flatMap((group) => group.items.map((item) => item.path));
      return all.filter((path) => store.active === path || store.active.startsWith(path + "/")).sort((a, b) => b.length - a.length)[0];
    },
  },
  methods: {
    isActive(item) {
      return item.path === this.place;
    },
    collapse() {
      store.collapsed = !store.collapsed;
      localStorage.setItem("portico-collapsed", store.collapsed ? "1" : "0");
    },
    clear() {
      if (this.typed) this.typed = "";
    },
    keys(event) {
      const links = [...this.$el.querySelectorAll(".p-menu-link")];
      const at = links.indexOf(document.activeElement);
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const to = at + (event.key === "ArrowDown" ? 1 : -1);
        if (to < 0) this.$refs.search.focus();
        else links[Math.min(to, links.length - 1)]?.focus();
      } else if (event.key === "Enter" && event.target === this.$refs.search) {
        event.preventDefault();
        this.openFirst();
      } else if (event.key === "Escape" && this.typed) {
        event.stopPropagation();
        this.typed = "";
        this.$refs.search.focus();
      }
    },
    async openFirst() {
      for (let tries = 0; tries < 20 && this.answered !== this.typed; tries += 1) await new Promise((done) => setTimeout(done, 25));
      this.$el.querySelector(".p-menu-link")?.click();
    },
    answer(words, found) {
      this.found = found;
      this.answered = words;
    },
  },
};

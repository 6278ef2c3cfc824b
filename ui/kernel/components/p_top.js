import { store, Icon } from "portico";

export default {
  components: { Icon },
  props: { words: Object, seller: String, home: String, cart: Object, recent: Array, places: Array },
  emits: ["search"],
  template: `
    <header class="p-top">
      <button type="button" class="p-icon-btn p-top-menu" :aria-label="words.menu" :aria-expanded="store.drawer ? 'true' : 'false'" @click="drawer"><Icon name="menu"/></button>
      <a class="p-top-brand" :href="home" :aria-label="words.home"><span class="p-logo" aria-hidden="true">{{ seller.slice(0, 1) }}</span><span class="p-clip">{{ store.title || seller }}</span></a>
      <div :class="['p-top-box', open && 'is-open']" @focusout="left" @keydown="keys" role="search">
        <label class="p-top-search"><Icon name="search"/>
          <input type="search" ref="input" v-model="typed" :aria-label="words.search" :placeholder="words.hint" autocomplete="off"
            :aria-controls="open && (rows.length || typed) ? 'p-hits' : undefined" :aria-activedescendant="open && rows.length ? 'p-hit-' + at : undefined"
            @focus="open = true" @click="open = true" @input="type"><span class="p-kbd" aria-hidden="true">Ctrl K</span></label>
        <div v-if="open && (rows.length || typed)" class="p-palette" @mousedown.prevent>
          <div class="p-palette-list" id="p-hits" role="listbox" :aria-label="words.search">
            <template v-for="(row, i) in rows" :key="row.group + row.path + i">
              <div v-if="!i || rows[i - 1].group !== row.group" class="p-palette-group" role="presentation">{{ row.group }}</div>
              <a :href="row.path" role="option" tabindex="-1" :id="'p-hit-' + i" :aria-selected="i === at ? 'true' : 'false'"
                :class="['p-palette-hit', i === at && 'is-active']" @click="close" @mousemove="at = i">
                <Icon :name="row.icon"/><span class="p-clip">{{ row.title }}</span><span v-if="row.note" class="p-muted">{{ row.note }}</span></a>
            </template>
          </div>
          <div v-if="!rows.length" class="p-palette-group" role="status">{{ answered === typed ? words.nothing : words.searching }}</div>
        </div>
      </div>
      <div class="p-top-end">
        <button type="button" class="p-icon-btn p-top-find" :aria-label="words.find" @click="find"><Icon name="search"/></button>
        <a v-if="cart" class="p-cart-link" :href="cart.path" :aria-label="cart.label"><Icon name="shopping-cart"/><span aria-hidden="true"><template v-for="(part, i) in cart.text" :key="i">{{ i ? " · " : "" }}<bdi>{{ part }}</bdi></template></span></a>
        <slot/>
      </div>
    </header>`,
  data: () => ({ store, typed: "", open: false, at: 0, found: [], answered: "" }),
  computed: {
    rows() {
      if (this.typed.trim()) return this.answered ? this.found : [];
      return [...(this.recent || []), ...(this.places || [])];
    },
  },
  methods: {
    drawer() {
      store.drawer = !store.drawer;
      if (store.drawer) setTimeout(() => document.querySelector(".p-menu-search input")?.focus(), 50);
    },
    find() {
      this.open = true;
      this.$nextTick(() => this.$refs.input.focus());
    },
    type() {
      this.open = true;
      this.at = 0;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.typed.trim() && this.$emit("search", this.typed), 120);
    },
    answer(words, found) {
      if (words !== this.typed) return;
      this.found = found;
      this.answered = words;
    },
    left(event) {
      if (!this.$el.querySelector(".p-top-box").contains(event.relatedTarget)) this.open = false;
    },
    close() {
      this.open = false;
      this.typed = "";
      this.$refs.input.blur();
    },
    async keys(event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && this.rows.length) {
        event.preventDefault();
        this.open = true;
        this.at = (this.at + step + this.rows.length) % this.rows.length;
        this.$nextTick(() => document.getElementById("p-hit-" + this.at)?.scrollIntoView({ block: "nearest" }));
      } else if (event.key === "Enter") {
        event.preventDefault();
        for (let tries = 0; tries < 40 && this.typed.trim() && this.answered !== this.typed; tries += 1) await new Promise((done) => setTimeout(done, 25));
        const hit = document.getElementById("p-hit-" + this.at);
        if (event.ctrlKey && hit) window.open(hit.href);
        else hit?.click();
      } else if (event.key === "Escape") {
        this.close();
      }
    },
  },
};

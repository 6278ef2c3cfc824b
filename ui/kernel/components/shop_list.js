// The shop as one element: search with suggestions, filters, the products of one page, and paging. Rows are texts.
import template from "portico-shop/list.js";

export default {
  template,
  props: {
    rows: Array, total: Number, ask: Object, brands: Array, groups: Array, places: Array, doors: Array, flags: Array, sorts: Array, hits: Array,
    labels: Object, count: String, note: String, sprite: String, buys: Boolean, tools: Boolean, busy: Boolean,
  },
  emits: ["ask", "add", "explain", "suggest", "wish"],
  data() {
    return { q: { ...this.ask }, amounts: {}, pop: "", pick: -1, typed: false, timer: null, later: null, adding: "" };
  },
  computed: {
    pages() {
      return Math.max(1, Math.ceil(this.total / this.q.size));
    },
    gathered() {
      return this.groups.filter((group) => (this.q.collections ?? []).includes(group.value)).map((group) => group.label);
    },
    open() {
      return this.typed && this.pop === "hits" && this.hits.length > 0;
    },
  },
  watch: {
    ask(now) {
      const typing = this.$refs.search === document.activeElement;
      this.q = { ...now, search: typing ? this.q.search : now.search };
    },
    hits() {
      this.pick = -1;
    },
    rows() {
      this.adding = "";
    },
  },
  mounted() {
    this.outside = (event) => this.$el.contains(event.target) || (this.pop = "");
    document.addEventListener("pointerdown", this.outside);
  },
  unmounted() {
    document.removeEventListener("pointerdown", this.outside);
    clearTimeout(this.timer);
    clearTimeout(this.later);
  },
  methods: {
    send(change) {
      this.q = { ...this.q, page: 1, ...change };
      this.$emit("ask", { ...this.q });
    },
    turn(page) {
      this.send({ page: Math.min(Math.max(page, 1), this.pages) });
      this.$el.closest(".p-main")?.scrollTo({ top: 0 });
    },
    few(names, label) {
      return names.length ? names.slice(0, 2).join(", ") + (names.length > 2 ? " +" + (names.length - 2) : "") : label;
    },
    toggle(list, value) {
      return list.includes(value) ? list.filter((other) => other !== value) : [...list, value];
    },
    typing(event) {
      this.q.search = event.target.value;
      this.typed = true;
      this.pop = "hits";
      clearTimeout(this.timer);
      clearTimeout(this.later);
      this.timer = setTimeout(() => this.$emit("suggest", this.q.search), 120);
      this.later = setTimeout(() => this.send({ search: this.q.search }), 250);
    },
    search() {
      clearTimeout(this.later);
      this.pop = "";
      this.typed = false;
      this.send({ search: this.q.search });
    },
    key(event) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (!this.open) return;
        event.preventDefault();
        const by = event.key === "ArrowDown" ? 1 : -1;
        this.pick = (this.pick + by + this.hits.length) % this.hits.length;
      } else if (event.key === "Enter") {
        event.preventDefault();
        if (this.open && this.pick >= 0) this.$el.querySelectorAll("[data-hit]")[this.pick]?.click();
        else this.search();
      } else if (event.key === "Escape") {
        if (this.open) this.pop = "";
        else if (this.q.search) this.send({ search: "" });
      }
    },
    menu(name) {
      this.pop = this.pop === name ? "" : name;
      if (this.pop) this.$nextTick(() => this.$el.querySelector(".p-context-menu [tabindex], .p-context-menu a, .p-context-menu button")?.focus());
    },
    steps(event) {
      const items = [...event.currentTarget.querySelectorAll(".p-context-item")];
      const at = items.indexOf(document.activeElement);
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
      if (event.key === "Escape") {
        const name = this.pop;
        this.pop = "";
        this.$el.querySelector('[data-menu="' + name + '"]')?.focus();
      } else if (to !== undefined) {
        event.preventDefault();
        items[(to + items.length) % items.length]?.focus();
      }
    },
    amount(row) {
      return this.amounts[row.sku] ?? row.least;
    },
    set(row, value) {
      this.amounts[row.sku] = value;
    },
    step(row, by) {
      const size = Number(row.step) || 1;
      const now = Number(String(this.amount(row)).replace(",", ".")) || 0;
      const most = Number(row.most) || Infinity;
      this.set(row, String(Math.min(most, Math.max(Number(row.least) || size, Math.round((now + by * size) * 10000) / 10000))));
    },
    add(row) {
      this.adding = row.sku;
      this.$emit("add", row.sku, String(this.amount(row)).replace(",", "."));
      setTimeout(() => (this.adding = ""), 600);
    },
    arrows(event) {
      const grid = [...this.$el.querySelectorAll(".p-product-name")];
      const at = grid.indexOf(document.activeElement);
      if (at < 0) return;
      const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1 }[event.key];
      if (to !== undefined && grid[to]) {
        event.preventDefault();
        grid[to].focus();
      }
    },
  },
};

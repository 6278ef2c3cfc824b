// A list of any length as one element: the server sends one page of texts, this shows it and says what is asked for.
import { ColumnPop, FilterPop, Floating, Icon, RowMenu, ViewPop } from "portico-tables";
import template from "portico-tables/template.js";

const later = (act, wait) => {
  let timer;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...args), wait);
  };
};

export default {
  components: { ColumnPop, FilterPop, Floating, Icon, RowMenu, ViewPop },
  template,
  props: {
    title: String, head: Array, rows: Array, total: Number, count: String, ask: Object, phase: String, fault: String,
    words: Object, views: Array, empty: Object, tools: Array, context: Array, bulk: Array, share: Boolean, card: Array,
    download: String, scroll: Number, searchable: Boolean, compact: Boolean, capped: Boolean, sprite: String,
  },
  emits: ["ask", "open", "tool", "context", "bulk", "view", "failed", "scrolled"],
  provide() {
    return { sprite: this.sprite };
  },
  data() {
    const phone = window.matchMedia("(max-width: 767px)");
    return { q: { ...this.ask }, pop: null, at: -1, chosen: [], exporting: "", more: false, phone, isPhone: phone.matches, busy: false };
  },
  computed: {
    shown() {
      const known = this.q.columns.length ? this.q.columns : this.head.filter((c) => c.def).map((c) => c.name);
      return known.map((name) => this.head.find((c) => c.name === name)).filter(Boolean);
    },
    pills() {
      return this.more ? this.filters : this.filters.filter((c, n) => n < 3 || this.q.filters[c.name]);
    },
    filters() {
      const usable = this.head.filter((c) => ["choice", "range", "text"].includes(c.filter));
      return [...usable.filter((c) => c.def), ...usable.filter((c) => !c.def)];
    },
    pages() {
      return Math.max(1, Math.ceil(this.total / this.q.size));
    },
    narrowed() {
      return Boolean(this.q.search || Object.keys(this.q.filters).length);
    },
    span() {
      return this.shown.length + (this.bulk.length ? 1 : 0) + (this.context.length ? 1 : 0);
    },
    allChosen() {
      return this.rows.length > 0 && this.rows.every((r) => this.chosen.includes(r.key));
    },
  },
  watch: {
    ask(now) {
      this.busy = false;
      const typing = this.$refs.search === document.activeElement;
      this.q = { ...now, search: typing ? this.q.search : now.search };
    },
    rows() {
      if (this.at >= this.rows.length) this.at = this.rows.length - 1;
      if (!this.restored && this.rows.length) this.$nextTick(this.restore);
    },
  },
  created() {
    this.askLater = later(() => this.send({ page: 1 }), 250);
    this.onPhone = (e) => (this.isPhone = e.matches);
    this.phone.addEventListener("change", this.onPhone);
  },
  mounted() {
    this.main = this.$el.closest(".p-main");
    this.onScroll = later(() => this.isInFront() && this.$emit("scrolled", Math.round(this.main.scrollTop)), 600);
    this.main?.addEventListener("scroll", this.onScroll, { passive: true });
    if (this.rows.length) this.restore();
  },
  unmounted() {
    this.phone.removeEventListener("change", this.onPhone);
    this.main?.removeEventListener("scroll", this.onScroll);
  },
  methods: {
    isInFront() {
      return !this.$el.closest(".p-pane.is-hidden");
    },
    restore() {
      this.restored = true;
      if (this.scroll && this.main && this.isInFront()) this.main.scrollTop = this.scroll;
    },
    send(change) {
      if (!("page" in change) || "search" in change || "filters" in change) this.chosen = [];
      this.q = { ...this.q, ...change };
      this.busy = true;
      this.$emit("ask", { ...this.q });
    },
    isNumber(text) { return text.length < 24 && !text.includes(" "); }, // numbers and SKUs do not break at a hyphen
    of(row, column) {
      return row.cells[column.name] || { t: "" };
    },
    line(i) {
      return this.$el.querySelectorAll("tbody > tr, .p-rowcard")[i];
    },
    sort(column) {
      const now = this.q.sort === column.name ? "-" + column.name : column.name;
      this.send({ sort: now, page: 1 });
    },
    sorted(column) {
      return this.q.sort === column.name ? "ascending" : this.q.sort === "-" + column.name ? "descending" : "none";
    },
    filterBy(column, value) {
      const filters = { ...this.q.filters };
      if (value === null) delete filters[column.name];
      else filters[column.name] = value;
      this.send({ filters, page: 1 });
    },
    filterText(column) {
      const value = this.q.filters[column.name];
      if (!value) return this.words.any;
      if (Array.isArray(value)) {
        if (value.length > 2) return this.words.several.replace("{count}", value.length);
        return value.map((v) => column.choices.find((c) => c.v === v)?.l || v).join(", ");
      }
      if (typeof value === "string") return value;
      if (value.preset) return this.words.presets[value.preset];
      return (value.from || "…") + " – " + (value.to || "…");
    },
    float(kind, event, more = {}) {
      if (this.pop?.kind === kind && this.pop.name === more.name) return this.close(true);
      const element = event.currentTarget || event.target;
      this.back = element;
      this.pop = { kind, anchor: { element, rect: element.getBoundingClientRect() }, ...more };
    },
    close(refocus) {
      this.pop = null;
      if (refocus) this.back?.focus?.({ preventScroll: true });
    },
    items(row) {
      return this.context.map((c, index) => ({ ...c, index, reason: row.off[index] })).filter((c) => !row.hide.includes(c.index));
    },
    menu(row, i, event, pointer) {
      if (!this.context.length || (pointer && event.target.closest("a") && !this.context.length)) return;
      event.preventDefault();
      const element = event.currentTarget;
      const box = element.getBoundingClientRect();
      const rect = pointer
        ? { left: event.clientX, right: event.clientX, top: event.clientY, bottom: event.clientY - 4 }
        : { left: box.left + 24, right: box.right - 24, top: box.top, bottom: box.bottom };
      this.at = i;
      this.back = element.tagName === "BUTTON" ? element : this.line(i) || element;
      this.pop = { kind: "row", row, anchor: { rect, element: null } };
    },
    pick(item) {
      const row = this.pop.row;
      this.close(true);
      this.$emit("context", { index: item.index, key: row.key });
    },
    follow(event, path) {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      event.stopPropagation();
      this.$emit("open", path);
    },
    rowClick(row, i, event) {
      this.at = i;
      if (event.target.closest("a, button, input, label") || !row.path || String(getSelection())) return;
      if (event.ctrlKey || event.metaKey) window.open(row.href, "_blank", "noopener");
      else this.$emit("open", row.path);
    },
    rowKey(row, i, event) {
      if (event.target !== event.currentTarget) return;
      const go = { ArrowDown: i + 1, ArrowUp: i - 1, Home: 0, End: this.rows.length - 1 }[event.key];
      if (go !== undefined) this.focusRow(Math.min(Math.max(go, 0), this.rows.length - 1));
      else if (event.key === "Enter" && row.path) this.$emit("open", row.path);
      else if (event.key === " " && this.bulk.length) this.choose(row.key);
      else if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) this.menu(row, i, event, false);
      else return;
      event.preventDefault();
    },
    focusRow(i) {
      this.at = i;
      this.$nextTick(() => this.line(i)?.focus());
    },
    choose(key) {
      this.chosen = this.chosen.includes(key) ? this.chosen.filter((k) => k !== key) : [...this.chosen, key];
    },
    chooseAll() {
      const keys = this.rows.map((r) => r.key);
      this.chosen = this.allChosen ? this.chosen.filter((k) => !keys.includes(k)) : [...new Set([...this.chosen, ...keys])];
    },
    apply(view) {
      this.close(true);
      const fresh = { search: "", filters: {}, sort: "", columns: [], page: 1 };
      this.send({ ...fresh, ...(view ? view.query : {}) });
    },
    async save(kind) {
      if (this.exporting) return;
      this.exporting = kind;
      const columns = this.shown.map((c) => c.name).join(",");
      const asked = { search: this.q.search, sort: this.q.sort, columns, filters: JSON.stringify({ ...this.q.filters, ...this.ask.fixed }) };
      try {
        const answer = await fetch(`${this.download}.${kind}?${new URLSearchParams(asked)}`);
        if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).detail || this.words.failed);
        const link = document.createElement("a");
        link.href = URL.createObjectURL(await answer.blob());
        link.download = (answer.headers.get("content-disposition") || "").match(/filename="([^"]+)"/)?.[1] || `list.${kind}`;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 30000);
      } catch (error) {
        this.$emit("failed", String(error.message));
      }
      this.exporting = "";
    },
    cardParts(row) {
      const names = this.card?.length ? this.card : this.shown.map((c) => c.name);
      const columns = names.map((n) => this.head.find((c) => c.name === n)).filter(Boolean);
      const status = columns.find((c, i) => i > 0 && c.kind === "status");
      const rest = columns.slice(1).filter((c) => c !== status && this.of(row, c).t);
      const money = rest.find((c) => c.kind === "money");
      const facts = [...rest.filter((c) => c !== money).slice(0, 3), ...(money ? [money] : [])];
      return { head: this.of(row, columns[0]), status: status && this.of(row, status), facts };
    },
  },
};

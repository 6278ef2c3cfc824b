// A short list of rows with what can be done with each, as one element; the rows come as texts.
import { Icon, RowMenu } from "portico-tables";

export default {
  components: { Icon, RowMenu },
  props: { title: String, head: Array, rows: Array, words: Object, sprite: String },
  emits: ["act", "open"],
  provide() {
    return { sprite: this.sprite };
  },
  data: () => ({ pop: null }),
  computed: {
    acts() {
      return this.rows.some((row) => this.items(row).length);
    },
  },
  methods: {
    items(row) {
      return row.acts.map((act, index) => ({ ...act, index })).filter((act) => !act.hidden);
    },
    menu(row, event, pointer) {
      if (!this.items(row).length || (pointer && event.target.closest("a"))) return;
      event.preventDefault();
      const box = event.currentTarget.getBoundingClientRect();
      const rect = pointer ? { left: event.clientX, right: event.clientX, top: event.clientY, bottom: event.clientY - 4 }
        : { left: box.left, right: box.right, top: box.top, bottom: box.bottom };
      this.back = event.currentTarget.querySelector?.("button") || event.currentTarget;
      this.pop = { row, anchor: { rect, element: null } };
    },
    close(refocus) {
      this.pop = null;
      if (refocus) this.back?.focus?.({ preventScroll: true });
    },
    pick(item) {
      const key = this.pop.row.key;
      this.close(true);
      this.$emit("act", { key, index: item.index });
    },
    follow(event, path) {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      event.stopPropagation();
      this.$emit("open", path);
    },
  },
  template: `<div class="p-table is-still is-cards" tabindex="0" role="group" :aria-label="title"><table>
    <thead><tr><th v-for="h in head" :key="h.label" scope="col" :class="{ 'p-num': h.end }">{{ h.label }}</th>
      <th v-if="acts" scope="col" class="p-more"><span class="p-sr">{{ words.actions }}</span></th></tr></thead>
    <tbody><tr v-for="row in rows" :key="row.key" :class="{ 'is-off': row.off }" @contextmenu="menu(row, $event, true)">
      <td v-for="(c, i) in row.cells" :key="i" :class="{ 'p-num': head[i].end }" :data-label="i ? head[i].label : null">
        <div :class="{ 'p-cell-2': c.b || c.n, 'p-row': c.t && c.c && !c.b && !c.n }"><span v-if="c.b">{{ c.b }}</span>
          <a v-if="c.p" class="p-link" :class="{ 'p-nowrap': c.t.length < 24 && !c.t.includes(' ') }" :href="c.p" @click="follow($event, c.p)">{{ c.t }}</a><bdi v-else-if="c.t" :class="{ 'p-nowrap': c.t.length < 14 }">{{ c.t }}</bdi>
          <span v-if="c.c" class="p-chip" :class="'is-' + c.tone">{{ c.c }}</span>
          <span v-if="c.n">{{ c.n }}</span></div></td>
      <td v-if="acts" class="p-num p-more p-row-acts"><button v-if="items(row).length" type="button" class="p-icon-btn is-small" aria-haspopup="menu"
        :aria-label="words.more.replace('{row}', row.name)" @click.stop="menu(row, $event, false)"><Icon name="ellipsis" /></button></td>
      </tr></tbody></table>
    <RowMenu v-if="pop" :key="pop.row.key" :anchor="pop.anchor" :label="words.more.replace('{row}', pop.row.name)"
      :items="items(pop.row)" @close="close" @pick="pick" /></div>`,
};

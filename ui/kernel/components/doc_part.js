// One card of a document: lines, timeline, totals, facts, addresses, related documents or history.
import { Icon } from "portico-tables";

export default {
  components: { Icon },
  props: { kind: String, title: String, head: Array, rows: Array, more: Object, nothing: String, sprite: String },
  emits: ["open"],
  provide() {
    return { sprite: this.sprite };
  },
  methods: {
    follow(event, path) {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      event.stopPropagation();
      this.$emit("open", path);
    },
  },
  template: `<section class="p-card" :aria-label="title"><div v-if="title" class="p-card-head"><h2>{{ title }}</h2>
      <a v-if="more" class="p-link" :href="more.path" @click="follow($event, more.path)">{{ more.text }}</a></div>
    <div v-if="!rows.length" class="p-card-body p-soft">{{ nothing }}</div>
    <div v-else-if="kind === 'lines'" class="p-table p-doc-lines" tabindex="0" role="group" :aria-label="title"><table>
      <thead><tr><th v-for="h in head" :key="h.label" scope="col" :class="{ 'p-num': h.end }">{{ h.label }}</th></tr></thead>
      <tbody><tr v-for="(row, r) in rows" :key="r"><td v-for="(c, i) in row" :key="i" :class="{ 'p-num': head[i].end }" :data-label="head[i].label">
        <b v-if="c.b">{{ c.b + ' ' }}</b><a v-if="c.p" class="p-link" :href="c.p" @click="follow($event, c.p)">{{ c.t }}</a><a v-else-if="c.u" class="p-link" :href="c.u" target="_blank" rel="noopener noreferrer">{{ c.t }}</a><bdi v-else>{{ c.t + ' ' }}</bdi>
        <span v-if="c.c" class="p-chip" :class="'is-' + c.tone">{{ c.c }}</span>
        <div v-if="c.s !== undefined" class="p-bar is-mini" aria-hidden="true"><span :style="{ inlineSize: c.s + '%' }"></span></div>
        <div v-if="c.n" class="p-soft p-small">{{ c.n }}</div></td></tr></tbody></table></div>
    <div v-else class="p-card-body">
      <ol v-if="kind === 'timeline'" class="p-timeline"><li v-for="(s, i) in rows" :key="i" class="p-step"
        :class="{ 'is-done': s.done, 'is-next': s.next, 'is-bad': s.bad }" :aria-current="s.next ? 'step' : null">
        <div class="p-step-name">{{ s.title }}</div><div v-if="s.note" class="p-step-note">{{ s.note }}</div></li></ol>
      <dl v-else-if="kind === 'totals'" class="p-totals"><div v-for="(t, i) in rows" :key="i" class="p-summary-row" :class="{ 'is-total': t.sum }">
        <dt>{{ t.label }}</dt><dd class="p-num">{{ t.text }}</dd></div></dl>
      <dl v-else-if="kind === 'facts'" class="p-facts"><div v-for="(f, i) in rows" :key="i"><dt>{{ f.label }}</dt>
        <dd><a v-if="f.path" class="p-link" :href="f.path" @click="follow($event, f.path)">{{ f.text }}</a><bdi v-else>{{ f.text }}</bdi></dd></div></dl>
      <div v-else-if="kind === 'addresses'" class="p-addresses"><address v-for="(a, i) in rows" :key="i" style="font-style: normal">
        <div class="p-muted p-small">{{ a.label }}</div><div v-for="(l, j) in a.lines" :key="j"><bdi>{{ l }}</bdi></div></address></div>
      <div v-else-if="kind === 'related'" class="p-related"><a v-for="r in rows" :key="r.path" class="p-link" :href="r.path"
        @click="follow($event, r.path)">{{ r.text }}</a></div>
      <ul v-else class="p-history" style="margin-inline: -16px"><li v-for="(e, i) in rows" :key="i" class="p-history-row">
        <Icon :name="e.icon" small /><span><b>{{ e.title }}</b><template v-if="e.who"> · {{ e.who }}</template>
          <span v-if="e.note" class="p-context-note">{{ e.note }}</span></span><span class="p-history-time">{{ e.when }}</span></li></ul>
    </div></section>`,
};

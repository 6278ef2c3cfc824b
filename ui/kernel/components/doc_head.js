// The head of a document as one element: trail, number with its chip, one line of context, what can be done.
import { Icon } from "portico-tables";

export default {
  components: { Icon },
  props: { crumbs: Array, title: String, chip: Object, sub: String, acts: Array, words: Object, sprite: String, name: String },
  emits: ["act", "open"],
  provide() {
    return { sprite: this.sprite };
  },
  data: () => ({ busy: -1 }),
  watch: {
    acts() {
      this.busy = -1;
    },
  },
  methods: {
    press(act, i) {
      if (act.reason || this.busy >= 0) return;
      this.busy = i;
      setTimeout(() => (this.busy = -1), 1500);
      this.$emit("act", i);
    },
    follow(event, path) {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      event.stopPropagation();
      this.$emit("open", path);
    },
  },
  template: `<div class="p-head"><nav v-if="crumbs.length" class="p-crumbs" :aria-label="words.crumbs"><a v-for="c in crumbs" :key="c.path" :href="c.path"
        @click="follow($event, c.path)">{{ c.text }}</a><span aria-current="page">{{ title }}</span></nav>
    <div><h1 class="p-title" tabindex="-1"><span>{{ title }}</span><span v-if="chip" class="p-chip" :class="'is-' + chip.tone">{{ chip.text }}</span></h1>
      <p v-if="sub" class="p-sub"><template v-for="(s, i) in sub.split(' · ')" :key="i">{{ i ? " · " : "" }}<bdi>{{ s }}</bdi></template></p></div>
    <div v-if="acts.length" class="p-actions"><template v-for="(a, i) in acts" :key="i">
      <component :is="a.href ? 'a' : 'button'" :type="a.href ? null : 'button'" :href="a.href || null" class="p-btn"
        :class="{ 'is-main': a.main, 'is-danger': a.danger, 'is-busy': busy === i }" :title="a.reason || null"
        :aria-disabled="a.reason ? 'true' : null" :aria-describedby="a.reason ? name + '-' + i : null"
        @click="a.href ? a.path && follow($event, a.path) : press(a, i)"><Icon v-if="a.icon" :name="a.icon" />
        <span>{{ a.label }}</span></component>
      <span v-if="a.reason" class="p-sr" :id="name + '-' + i">{{ a.reason }}</span></template></div></div>`,
};

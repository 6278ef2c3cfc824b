// A button that opens a menu of acts.
import { Icon, RowMenu } from "portico-tables";

export default {
  components: { Icon, RowMenu },
  props: { text: String, items: Array, sprite: String },
  emits: ["act"],
  provide() {
    return { sprite: this.sprite };
  },
  data: () => ({ pop: null }),
  computed: {
    offered() {
      return this.items.map((item, index) => ({ ...item, index }));
    },
  },
  methods: {
    toggle() {
      const element = this.$refs.button;
      this.pop = this.pop ? null : { element, rect: element.getBoundingClientRect() };
    },
    close(refocus) {
      this.pop = null;
      if (refocus) this.$refs.button.focus();
    },
    pick(item) {
      this.close(true);
      this.$emit("act", item.index);
    },
  },
  template: `<div class="p-float"><button ref="button" type="button" class="p-btn" aria-haspopup="menu"
      :aria-expanded="String(Boolean(pop))" @click="toggle" @keydown.down.prevent="pop || toggle()">{{ text }}<Icon name="chevron-down" small /></button>
    <RowMenu v-if="pop" :anchor="pop" :label="text" :items="offered" @close="close" @pick="pick" /></div>`,
};

import { Icon, moveIn } from "portico";

export default {
  components: { Icon },
  props: { words: Object, unread: Number, ready: Boolean, label: String, items: Array, all: String },
  emits: ["look", "read", "readall"],
  template: `
    <div class="p-float" @focusout="left" @keydown="keys">
      <button type="button" class="p-bell" :data-ready="ready ? '' : undefined" ref="button" :aria-label="label" aria-haspopup="true" :aria-expanded="open ? 'true' : 'false'" @click="toggle">
        <Icon name="bell"/><span v-if="unread" class="p-bell-count" aria-hidden="true">{{ unread > 99 ? "99+" : unread }}</span></button>
      <div v-if="open" class="p-bell-list p-float-panel" role="region" :aria-label="words.title" tabindex="-1" ref="panel">
        <div class="p-bell-head"><span>{{ words.title }}</span><button v-if="unread" type="button" class="p-link" @click="$emit('readall')">{{ words.readAll }}</button></div>
        <a v-for="item in items" :key="item.id" :href="item.path" :class="['p-bell-item', item.unread && 'is-unread']" @click="pick(item)">
          <span>{{ item.text }}<span v-if="item.unread" class="p-sr">, {{ words.unread }}</span><span class="p-bell-time">{{ item.time }}</span></span></a>
        <p v-if="!items.length" class="p-empty">{{ words.nothing }}</p>
        <a class="p-context-item" :href="all" @click="open = false">{{ words.all }}</a>
      </div>
      <span class="p-sr" role="status">{{ spoken }}</span>
    </div>`,
  data: () => ({ open: false, spoken: "" }),
  watch: {
    unread(now, before) {
      if (now > before) this.spoken = this.label;
    },
  },
  methods: {
    toggle() {
      this.open = !this.open;
      if (!this.open) return;
      this.$emit("look");
      this.$nextTick(() => this.$refs.panel.focus());
    },
    left(event) {
      if (!this.$el.contains(event.relatedTarget)) this.open = false;
    },
    pick(item) {
      this.open = false;
      if (item.unread) this.$emit("read", item.id);
    },
    keys(event) {
      if (!this.open) return;
      if (event.key === "Escape") {
        this.open = false;
        this.$refs.button.focus();
      } else moveIn(this.$refs.panel, event, "a, button");
    },
  },
};

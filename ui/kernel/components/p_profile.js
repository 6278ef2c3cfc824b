import { Icon, moveIn } from "portico";

export default {
  components: { Icon },
  props: { words: Object, name: String, note: String, picture: String, initials: String, items: Array },
  emits: ["choose"],
  template: `
    <div class="p-float" @focusout="left" @keydown="keys">
      <button type="button" class="p-avatar" ref="button" :aria-label="words.profile" aria-haspopup="menu" :aria-expanded="open ? 'true' : 'false'" @click="toggle">
        <img v-if="picture" :src="picture" alt=""><template v-else>{{ initials }}</template></button>
      <div v-if="open" class="p-profile p-float-panel" ref="panel" @mousedown="hold">
        <div class="p-profile-head"><span class="p-avatar" aria-hidden="true"><img v-if="picture" :src="picture" alt=""><template v-else>{{ initials }}</template></span>
          <span class="p-clip"><span class="p-strong">{{ name }}</span><span class="p-context-note">{{ note }}</span></span></div>
        <div role="menu" :aria-label="words.profile">
          <template v-for="(item, i) in items" :key="i">
            <hr v-if="item.rule">
            <div v-else-if="item.heading" class="p-palette-group" role="presentation">{{ item.heading }}</div>
            <form v-else-if="item.post" method="post" :action="item.post" role="none">
              <input v-for="(value, key) in item.fields" :key="key" type="hidden" :name="key" :value="value">
              <button type="submit" :role="item.on === undefined ? 'menuitem' : 'menuitemradio'" :aria-checked="item.on === undefined ? undefined : String(item.on)"
                class="p-context-item"><Icon :name="item.on ? 'check' : item.icon"/>{{ item.text }}<span v-if="item.note" class="p-muted">{{ item.note }}</span></button></form>
            <a v-else-if="item.path" :href="item.path" role="menuitem" class="p-context-item" @click="open = false"><Icon :name="item.icon"/>{{ item.text }}</a>
            <button v-else type="button" :role="item.on === undefined ? 'menuitem' : 'menuitemradio'" :aria-checked="item.on === undefined ? undefined : String(item.on)"
              :lang="item.lang" class="p-context-item" @click="choose(item)"><Icon :name="item.on ? 'check' : item.icon"/>{{ item.text }}</button>
          </template>
        </div>
      </div>
    </div>`,
  data: () => ({ open: false }),
  methods: {
    toggle() {
      this.open = !this.open;
      if (this.open) this.$nextTick(() => this.$refs.panel.querySelector("[role^=menuitem]").focus());
    },
    hold(event) {
      if (!event.target.closest("a, button")) event.preventDefault();
    },
    left(event) {
      if (!this.$el.contains(event.relatedTarget)) this.open = false;
    },
    choose(item) {
      this.open = false;
      this.$refs.button.focus();
      if (item.theme) setDark({ light: false, dark: true }[item.theme] ?? null);
      this.$emit("choose", item.act);
    },
    keys(event) {
      if (!this.open) return;
      if (event.key === "Escape") {
        this.open = false;
        this.$refs.button.focus();
      } else moveIn(this.$refs.panel, event, "[role^=menuitem]");
    },
  },
};

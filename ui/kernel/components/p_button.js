export default {
  props: { text: String, icon: String, href: String, look: String, sprite: String, label: String, why: String, busy: Boolean },
  emits: ["press"],
  template: `
    <component :is="href ? 'a' : 'button'" :href="href || undefined" :type="href ? undefined : 'button'"
      :class="[look, busy && 'is-busy']" :aria-label="label || undefined" :title="why || label || undefined"
      :aria-disabled="why ? 'true' : undefined" :aria-busy="busy || undefined" @click="press">
      <svg v-if="icon" class="p-icon" :class="{ 'is-flip': icon.startsWith('arrow-') }" aria-hidden="true"><use :href="sprite + '#i-' + icon"/></svg><span v-if="text">{{ text }}</span><slot/>
    </component>`,
  methods: {
    press(event) {
      if (this.why || this.busy) return event.preventDefault();
      if (!this.href) this.$emit("press");
    },
  },
};

export default {
  props: { name: String, size: Number, sprite: String },
  template: `<svg :class="['p-icon', size !== 18 && 'is-' + size]" aria-hidden="true"><use :href="sprite + '#i-' + name"/></svg>`,
};

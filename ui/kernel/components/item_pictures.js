// The pictures of an item in their order, to be moved by buttons or by dragging, and removed.
export default {
  props: { pictures: Array, may: Boolean, words: Object, sprite: String },
  emits: ["move", "remove"],
  data: () => ({ from: null }),
  methods: {
    drop(to) {
      if (this.from !== null && this.from !== to) this.$emit("move", this.from, to);
      this.from = null;
    },
    say(text, n) {
      return text.replace("{number}", n + 1);
    },
  },
  template: `<ol class="p-gallery" :aria-label="words.title"><li v-for="(id, n) in pictures" :key="id" class="p-gallery-one"
      :draggable="may" @dragstart="from = n" @dragover.prevent @drop.prevent.stop="drop(n)">
    <img :src="'/picture/' + id" :alt="say(words.picture, n)" loading="lazy">
    <span v-if="n === 0" class="p-chip is-info is-plain">{{ words.main }}</span>
    <div v-if="may" class="p-gallery-acts">
      <button type="button" class="p-icon-btn is-small" :disabled="n === 0" :aria-label="say(words.earlier, n)" @click="$emit('move', n, n - 1)"><svg class="p-icon is-flip" aria-hidden="true"><use :href="sprite + '#i-arrow-left'" /></svg></button>
      <button type="button" class="p-icon-btn is-small" :disabled="n === pictures.length - 1" :aria-label="say(words.later, n)" @click="$emit('move', n, n + 1)"><svg class="p-icon is-flip" aria-hidden="true"><use :href="sprite + '#i-arrow-right'" /></svg></button>
      <button type="button" class="p-icon-btn is-small is-danger" :aria-label="say(words.remove, n)" @click="$emit('remove', n)"><svg class="p-icon" aria-hidden="true"><use :href="sprite + '#i-trash-2'" /></svg></button>
    </div></li></ol>`,
};

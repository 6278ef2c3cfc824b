// A place to drop files on; they are handed to the uploader beside it.
export default {
  props: { text: String, hint: String, accept: String, several: Boolean, sender: Number, busy: String, sprite: String },
  data: () => ({ over: 0 }),
  methods: {
    take(list) {
      this.over = 0;
      const files = this.several ? [...list] : [...list].slice(0, 1);
      const sender = window.getElement(this.sender).$refs.qRef;
      if (!sender.isUploading) sender.reset(); // else it would refuse a file that it had before
      if (files.length) sender.addFiles(files);
      this.$refs.input.value = "";
    },
  },
  template: `<label class="p-drop" :class="{ 'is-over': over }" @dragenter.prevent="over++" @dragleave="over--" @dragover.prevent
    @drop.prevent="take($event.dataTransfer.files)"><svg class="p-icon is-24" aria-hidden="true"><use :href="sprite + '#i-upload'" /></svg>
    <span class="p-strong">{{ text }}</span><span v-if="hint" class="p-small">{{ hint }}</span>
    <input ref="input" type="file" class="p-sr" :multiple="several" :accept="accept" @change="take($event.target.files)"></label>`,
};

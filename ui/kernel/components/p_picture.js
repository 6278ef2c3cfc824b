const SIDE = 280;

export default {
  props: { path: String, words: Object },
  emits: ["kept", "shut"],
  template: `
    <dialog ref="box" class="p-card p-picture" :aria-label="words.title" @close="$emit('shut')">
      <div class="p-card-body p-stack">
        <h2>{{ words.title }}</h2>
        <label class="p-field"><span>{{ words.choose }}</span><input type="file" accept="image/*" class="p-input" @change="choose"></label>
        <template v-if="image">
          <canvas ref="canvas" :width="side" :height="side" role="img" :aria-label="words.hint" @pointerdown="grab" @pointermove="drag" @pointerup="held = null"></canvas>
          <p class="p-small p-muted">{{ words.hint }}</p>
          <label class="p-field"><span>{{ words.zoom }}</span><input type="range" min="1" max="4" step="0.05" v-model.number="zoom" @input="draw"></label>
          <label class="p-field"><span>{{ words.across }}</span><input type="range" min="0" max="1" step="0.01" v-model.number="x" @input="draw"></label>
          <label class="p-field"><span>{{ words.down }}</span><input type="range" min="0" max="1" step="0.01" v-model.number="y" @input="draw"></label>
        </template>
        <p v-if="problem" class="p-error" role="alert">{{ problem }}</p>
        <div class="p-actions">
          <button type="button" class="p-btn is-main" :disabled="!file || busy" @click="send">{{ words.save }}</button>
          <button type="button" class="p-btn" @click="$refs.box.close()">{{ words.cancel }}</button>
        </div>
      </div>
    </dialog>`,
  data: () => ({ side: SIDE, file: null, image: null, zoom: 1, x: 0.5, y: 0.5, held: null, problem: "", busy: false }),
  mounted() {
    this.$refs.box.showModal();
  },
  methods: {
    choose(event) {
      this.file = event.target.files[0] || null;
      this.problem = "";
      this.image = null;
      if (!this.file) return;
      const image = new Image();
      image.onload = () => {
        Object.assign(this, { image, zoom: 1, x: 0.5, y: 0.5 });
        this.$nextTick(this.draw);
      };
      image.src = URL.createObjectURL(this.file);
    },
    cut() {
      const { naturalWidth: width, naturalHeight: height } = this.image;
      const size = Math.min(width, height) / this.zoom;
      return { left: (width - size) * this.x, top: (height - size) * this.y, size, width, height };
    },
    draw() {
      const { left, top, size } = this.cut();
      this.$refs.canvas.getContext("2d").drawImage(this.image, left, top, size, size, 0, 0, SIDE, SIDE);
    },
    grab(event) {
      event.target.setPointerCapture(event.pointerId);
      this.held = { x: event.clientX, y: event.clientY, fromX: this.x, fromY: this.y };
    },
    drag(event) {
      if (!this.held) return;
      const { size, width, height } = this.cut();
      const share = size / SIDE;
      const inside = (value) => Math.min(1, Math.max(0, value));
      if (width > size) this.x = inside(this.held.fromX - ((event.clientX - this.held.x) * share) / (width - size));
      if (height > size) this.y = inside(this.held.fromY - ((event.clientY - this.held.y) * share) / (height - size));
      this.draw();
    },
    async send() {
      this.busy = true;
      const form = new FormData();
      form.append("picture", this.file);
      if (this.image) {
        const { left, top, size, width, height } = this.cut();
        const crop = { left: left / width, top: top / height, right: (left + size) / width, bottom: (top + size) / height };
        for (const [side, share] of Object.entries(crop)) form.append(side, Math.min(1, share).toFixed(6));
      }
      try {
        const answer = await fetch((window.path_prefix || "") + this.path, { method: "POST", body: form, headers: { Accept: "application/json" } });
        if (answer.ok) return this.$emit("kept");
        const told = await answer.json().catch(() => ({}));
        this.problem = told.detail || this.words.failed;
      } catch {
        this.problem = this.words.failed;
      } finally {
        this.busy = false;
      }
    },
  },
};

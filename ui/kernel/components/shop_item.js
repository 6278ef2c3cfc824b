// One item: its pictures, what is known of it, and the box to buy it from.
const icon = (name) => `<svg class="p-icon" aria-hidden="true"><use :href="sprite + '#i-${name}'"/></svg>`;

export default {
  props: { row: Object, pictures: Array, facts: Array, text: String, spec: Array, files: Array, tiers: Array, links: Array, labels: Object, sprite: String, buys: Boolean, wish: String },
  emits: ["add", "explain", "wish"],
  data() {
    return { at: 0, typed: null, adding: false };
  },
  template: `
    <div class="p-item">
      <div class="p-gallery">
        <div class="p-gallery-main"><img v-if="pictures.length" :src="pictures[at]" :alt="row.name"><svg v-else class="p-icon" aria-hidden="true"><use :href="sprite + '#i-' + row.icon"/></svg></div>
        <div v-if="pictures.length > 1" class="p-thumbs">
          <button v-for="(picture, i) in pictures" :key="picture" type="button" class="p-thumb" :aria-label="labels.picture + ' ' + (i + 1)" :aria-current="i === at" @click="at = i"><img :src="picture" alt=""></button>
        </div>
      </div>
      <div class="p-item-facts">
        <p v-if="text">{{ text }}</p>
        <dl class="p-spec"><template v-for="fact in facts" :key="fact[0]"><dt>{{ fact[0] }}</dt><dd><bdi>{{ fact[1] }}</bdi></dd></template></dl>
        <section v-if="spec.length"><h2>{{ labels.specification }}</h2>
          <dl class="p-spec"><template v-for="fact in spec" :key="fact[0]"><dt>{{ fact[0] }}</dt><dd><bdi>{{ fact[1] }}</bdi></dd></template></dl></section>
        <section v-if="files.length"><h2>{{ labels.documents }}</h2>
          <ul class="p-stack"><li v-for="file in files" :key="file.href"><a class="p-link" :href="file.href" download>{{ file.title }}</a> <span class="p-muted">{{ file.size }}</span></li></ul></section>
        <p v-if="links.length"><template v-for="(link, i) in links" :key="link.href"><a class="p-link" :href="link.href">{{ link.name }}</a>{{ i + 1 < links.length ? ", " : "" }}</template></p>
      </div>
      <aside class="p-buy-box" :aria-label="labels.buy">
        <div>
          <button v-if="row.price" type="button" class="p-price-why p-price is-large" :title="row.why" @click="$emit('explain', row.sku)">{{ row.price }}</button>
          <span v-else class="p-muted">{{ row.ask }}</span>
          <s v-if="row.was" class="p-price-old"><span class="p-sr">{{ labels.was }} </span>{{ row.was }}</s>
          <div v-if="row.price" class="p-muted p-small">{{ row.per }}</div>
          <div v-if="row.price" class="p-muted p-small">{{ row.why }}</div>
        </div>
        <div role="status"><span class="p-chip" :class="'is-' + row.tone">{{ row.stock }}</span> <span class="p-muted p-small">{{ row.restock }}</span></div>
        <button v-if="wish" type="button" class="p-btn is-small" :aria-pressed="String(wish === 'waits')" @click="$emit('wish')">${icon("bell")} {{ wish === "waits" ? labels.waiting : labels.tell }}</button>
        <div v-if="buys" class="p-product-buy">
          <div class="p-stepper">
            <button type="button" tabindex="-1" :aria-label="labels.less" @click="step(-1)">${icon("minus")}</button>
            <input role="spinbutton" inputmode="decimal" autocomplete="off" :aria-label="labels.quantity" :aria-valuenow="Number(amount) || undefined" :aria-valuetext="String(amount)" :value="amount"
              @input="typed = $event.target.value" @focus="$event.target.select()" @keydown.enter.prevent="add" @keydown.up.prevent="step(1)" @keydown.down.prevent="step(-1)">
            <button type="button" tabindex="-1" :aria-label="labels.more" @click="step(1)">${icon("plus")}</button>
          </div>
          <button type="button" class="p-btn is-main" :class="{ 'is-busy': adding }" :disabled="!row.price" :title="row.price ? '' : row.ask" @click="add">{{ labels.add }}</button>
        </div>
        <div v-if="row.rule" class="p-muted p-small">{{ row.rule }}</div>
        <div v-if="tiers.length > 1" class="p-table"><table>
          <caption class="p-sr">{{ labels.tiers }}</caption>
          <thead><tr><th scope="col">{{ labels.from }}</th><th scope="col" class="p-num">{{ labels.each }}</th></tr></thead>
          <tbody><tr v-for="tier in tiers" :key="tier.from" :class="{ 'is-selected': tier.reached }"><td><bdi>{{ tier.from }}</bdi></td><td class="p-num">{{ tier.price }}</td></tr></tbody>
        </table></div>
      </aside>
    </div>`,
  computed: {
    amount() {
      return this.typed ?? this.row.least;
    },
  },
  methods: {
    step(by) {
      const size = Number(this.row.step) || 1;
      const now = Number(String(this.amount).replace(",", ".")) || 0;
      const most = Number(this.row.most) || Infinity;
      this.typed = String(Math.min(most, Math.max(Number(this.row.least) || size, Math.round((now + by * size) * 10000) / 10000)));
    },
    add() {
      this.adding = true;
      this.$emit("add", this.row.sku, String(this.amount).replace(",", "."));
      setTimeout(() => (this.adding = false), 600);
    },
  },
};

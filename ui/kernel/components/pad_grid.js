// The grid of the order pad and of the cart: rows as data, one element. What is being typed stays here until it is sent.
const LONGEST_PASTE = 250_000;

export default {
  props: { rows: Array, labels: Object, sprite: String, hits: Array, hitsFor: String, fixed: Boolean },
  emits: ["code", "quantity", "remove", "paste", "suggest", "choose", "propose", "note", "save", "explain", "wish"],
  data() {
    return { drafts: {}, amounts: {}, at: null, pick: -1, timer: null, wanted: null };
  },
  template: `
    <div class="p-table p-pad" @mousedown="wanted = null"><table>
      <thead><tr>
        <th scope="col">#</th><th scope="col">{{ labels.item }}</th><th scope="col">{{ labels.stock }}</th>
        <th scope="col" class="p-num">{{ labels.price }}</th><th scope="col">{{ labels.quantity }}</th>
        <th scope="col" class="p-num">{{ labels.total }}</th><th scope="col"><span class="p-sr">{{ labels.actions }}</span></th>
      </tr></thead>
      <tbody>
        <tr v-for="(row, n) in rows" :key="row.key" :class="{ 'is-error': row.tone === 'bad' }" :data-row="n">
          <td>{{ n + 1 }}</td>
          <td class="p-pad-item">
            <div class="p-pad-line">
              <input v-if="!fixed" class="p-pad-input" :class="{ 'is-known': row.name && at !== row.key }" autocomplete="off" spellcheck="false"
                role="combobox" aria-autocomplete="list" :aria-expanded="open(row)" :aria-controls="'hits-' + row.key" :size="row.name && at !== row.key ? Math.max(code(row).length, 4) : 20"
                :aria-activedescendant="open(row) && pick >= 0 ? 'hit-' + row.key + '-' + pick : undefined"
                :aria-label="labels.item + ' ' + (n + 1)" :aria-invalid="row.tone === 'bad'" :placeholder="row.code ? '' : labels.next" :value="code(row)"
                @input="typing(row, $event)" @focus="at = row.key" @blur="leave(row)" @keydown="key($event, row, n, 'item')" @paste="paste" data-cell="item">
              <a v-else :class="row.href ? 'p-strong p-link' : 'p-strong'" :href="row.href || null">{{ row.sku }}</a>
              <span v-if="row.name && at !== row.key" class="p-pad-name">{{ ' ' + row.name }}</span>
            </div>
            <div v-for="text in row.messages" class="p-pad-hint" :class="'is-' + row.tone" role="status">{{ text }}
              <template v-for="(p, i) in row.proposals"><button type="button" class="p-link" @mousedown.prevent @click="$emit('propose', row.key, p.sku, p.quantity)">{{ p.label }}</button>{{ i + 1 < row.proposals.length ? ', ' : '' }}</template>
            </div>
            <div v-for="text in row.hints" class="p-pad-hint">{{ text }}</div>
            <div v-if="row.note !== undefined" class="p-pad-hint"><input class="p-pad-note" :aria-label="labels.note + ' ' + row.sku" :placeholder="labels.note" :value="row.note" maxlength="300" @change="$emit('note', row.key, $event.target.value)"></div>
            <ul v-if="open(row)" class="p-pad-hits" role="listbox" :id="'hits-' + row.key" :aria-label="labels.matches">
              <li v-for="(hit, i) in hits" role="option" :id="'hit-' + row.key + '-' + i" :aria-selected="i === pick" class="p-context-item" :class="{ 'is-active': i === pick }"
                @mousedown.prevent="choose(row, hit, n)"><strong>{{ hit.sku }}</strong> <span>{{ hit.name }}</span><span class="p-muted">{{ hit.note }}</span></li>
            </ul>
          </td>
          <td><span v-if="row.stock" class="p-chip" :class="'is-' + row.stockTone">{{ row.stock }}</span>
            <button v-if="row.wish" type="button" class="p-link p-tell" :aria-pressed="String(row.wish === 'waits')" :aria-label="(row.wish === 'waits' ? labels.waiting : labels.tell) + ' ' + row.sku" :title="row.wish === 'waits' ? labels.waiting : labels.tell" @click="$emit('wish', row.sku)"><svg class="p-icon" aria-hidden="true"><use :href="sprite + '#i-bell'"/></svg>{{ row.wish === "waits" ? labels.waitsShort : labels.tellShort }}</button></td>
          <td class="p-num"><button v-if="row.price" type="button" class="p-price-why" :title="row.why" @click="$emit('explain', row.key)"><s v-if="row.was" class="p-price-old">{{ row.was }}</s> {{ row.price }}</button></td>
          <td><div v-if="fixed || row.code" class="p-stepper" :class="{ 'is-error': row.badQuantity }">
            <button type="button" tabindex="-1" :aria-label="labels.less + ' ' + row.sku" @click="step(row, -1)"><svg class="p-icon" aria-hidden="true"><use :href="sprite + '#i-minus'"/></svg></button>
            <input role="spinbutton" inputmode="decimal" autocomplete="off" :aria-label="labels.quantity" :aria-valuenow="Number(amount(row)) || undefined" :aria-valuetext="amount(row)" :value="amount(row)"
              @input="amounts[row.key] = $event.target.value; later(row)" @change="send(row)" @focus="$event.target.select()" @keydown="key($event, row, n, 'quantity')" @paste="paste" data-cell="quantity">
            <button type="button" tabindex="-1" :aria-label="labels.more + ' ' + row.sku" @click="step(row, 1)"><svg class="p-icon" aria-hidden="true"><use :href="sprite + '#i-plus'"/></svg></button>
          </div></td>
          <td class="p-num">{{ row.total }}</td>
          <td class="p-pad-acts"><button v-if="fixed" type="button" class="p-icon-btn" :aria-label="(row.saved ? labels.restore : labels.save) + ' ' + row.sku" :title="row.saved ? labels.restore : labels.save" @click="$emit('save', row.key)"><svg class="p-icon" aria-hidden="true"><use :href="sprite + (row.saved ? '#i-shopping-cart' : '#i-bookmark')"/></svg></button><button v-if="fixed || row.code" type="button" class="p-icon-btn" :aria-label="labels.remove + ' ' + (row.sku || n + 1)" :title="labels.remove" @click="$emit('remove', row.key)"><svg class="p-icon" aria-hidden="true"><use :href="sprite + '#i-x'"/></svg></button></td>
        </tr>
      </tbody></table></div>`,
  watch: {
    rows(now) {
      const keys = new Set(now.map((row) => row.key));
      for (const kept of [this.drafts, this.amounts]) for (const key of Object.keys(kept)) if (!keys.has(key)) delete kept[key];
      for (const row of now) {
        if (this.drafts[row.key] === row.code) delete this.drafts[row.key];
        if (this.amounts[row.key] === row.quantity) delete this.amounts[row.key];
      }
      if (this.wanted) this.$nextTick(() => this.wanted && this.move(...this.wanted));
    },
    hits() {
      this.pick = this.hits?.length ? 0 : -1;
    },
  },
  methods: {
    code(row) {
      return this.drafts[row.key] ?? row.code ?? "";
    },
    amount(row) {
      return this.amounts[row.key] ?? row.quantity ?? "";
    },
    open(row) {
      return this.at === row.key && this.hitsFor === row.key && this.drafts[row.key] !== undefined && this.hits?.length > 0;
    },
    typing(row, event) {
      this.drafts[row.key] = event.target.value;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.$emit("suggest", row.key, event.target.value), 120);
    },
    commit(row) {
      const text = this.drafts[row.key];
      clearTimeout(this.timer);
      if (text !== undefined && text !== row.code) this.$emit("code", row.key, text);
    },
    leave(row) {
      this.commit(row);
      if (this.at === row.key) this.at = null;
    },
    choose(row, hit, n) {
      clearTimeout(this.timer);
      this.drafts[row.key] = hit.sku;
      this.$emit("code", row.key, hit.sku);
      this.at = null;
      this.$nextTick(() => this.move(n, "quantity", true));
    },
    send(row) {
      clearTimeout(this.timer);
      const text = this.amounts[row.key];
      if (text !== undefined && text !== row.quantity) this.$emit("quantity", row.key, text);
    },
    later(row) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.send(row), 500);
    },
    step(row, by) {
      const size = Number(row.step) || 1;
      const now = Number(String(this.amount(row)).replace(",", ".")) || 0;
      const next = Math.max(size, Math.round((now + by * size) * 10000) / 10000);
      this.amounts[row.key] = String(next);
      this.later(row);
    },
    // A cell that is not there yet, since its row is still being looked up, is gone to when it comes.
    move(n, cell, later) {
      const target = this.$el.querySelector('tr[data-row="' + n + '"] [data-cell=' + cell + "]");
      this.wanted = target || !later ? null : [n, cell, true];
      if (target) target.focus();
      return Boolean(target);
    },
    key(event, row, n, cell) {
      this.wanted = null;
      const list = cell === "item" && this.open(row);
      if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        if (list && this.pick >= 0) return this.choose(row, this.hits[this.pick], n);
        if (cell === "item") {
          this.commit(row);
          if (this.code(row)) this.$nextTick(() => this.move(n, "quantity", true));
        } else {
          this.send(row);
          this.move(n + 1, this.fixed ? "quantity" : "item", !this.fixed);
        }
      } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const by = event.key === "ArrowDown" ? 1 : -1;
        if (list) this.pick = (this.pick + by + this.hits.length) % this.hits.length;
        else this.move(n + by, cell);
      } else if (event.key === "Escape" && cell === "item") {
        delete this.drafts[row.key];
        event.target.value = row.code ?? "";
      } else if (event.key === "Delete" && event.ctrlKey) {
        event.preventDefault();
        this.$emit("remove", row.key);
      }
    },
    paste(event) {
      const text = event.clipboardData?.getData("text") ?? "";
      if (this.fixed || !/[\t\n]/.test(text.trim())) return;
      event.preventDefault();
      // a longer message than the server's frame is dropped on its way, so the server is told instead
      const size = new TextEncoder().encode(JSON.stringify(text)).length;
      this.$emit("paste", size < LONGEST_PASTE ? text : null);
    },
  },
};

// The template of shop_list.js.
const icon = (name) => `<svg class="p-icon" aria-hidden="true"><use :href="sprite + '#i-${name}'"/></svg>`;

const toolbar = `
  <div v-if="tools" class="p-toolbar" role="search" :aria-label="labels.search">
    <div class="p-search p-shop-search">
      ${icon("search")}
      <input ref="search" type="search" role="combobox" autocomplete="off" spellcheck="false" maxlength="200" aria-autocomplete="list" :aria-controls="open ? 'shop-hits' : undefined"
        :aria-expanded="open" :aria-activedescendant="open && pick >= 0 ? 'shop-hit-' + pick : undefined" :aria-label="labels.search" :placeholder="labels.search"
        :value="q.search" @input="typing" @keydown="key" @focus="pop = 'hits'" @blur="typed = false">
      <ul v-if="open" id="shop-hits" class="p-pad-hits p-shop-hits" role="listbox" :aria-label="labels.suggestions">
        <li v-for="(hit, i) in hits" :id="'shop-hit-' + i" role="option" :aria-selected="i === pick">
          <a data-hit tabindex="-1" class="p-context-item" :class="{ 'is-active': i === pick }" :href="hit.path" @mousedown.prevent @click="pop = ''">
            <strong v-if="hit.sku">{{ hit.sku }}</strong><span>{{ hit.name }}</span><span class="p-muted">{{ hit.note }}</span></a>
        </li>
      </ul>
    </div>
    <div v-if="places.length" class="p-float">
      <button type="button" class="p-pill" data-menu="places" aria-haspopup="true" :aria-expanded="pop === 'places'" @click="menu('places')">{{ labels.category }}${icon("chevron-down")}</button>
      <div v-if="pop === 'places'" class="p-context-menu p-float-panel is-start" @keydown="steps">
        <a v-for="place in places" :key="place.href" class="p-context-item" :href="place.href" @click="pop = ''">{{ place.name }}<span class="p-muted p-num">{{ place.count }}</span></a>
      </div>
    </div>
    <div v-if="brands.length" class="p-float">
      <button type="button" class="p-pill" :class="{ 'is-on': q.brands.length }" data-menu="brands" aria-haspopup="true" :aria-expanded="pop === 'brands'" @click="menu('brands')">{{ few(q.brands, labels.brand) }}${icon("chevron-down")}</button>
      <div v-if="pop === 'brands'" class="p-context-menu p-float-panel is-start" role="group" :aria-label="labels.brand" @keydown="steps">
        <button v-for="brand in brands" :key="brand.value" type="button" role="checkbox" class="p-context-item" :aria-checked="q.brands.includes(brand.value)" @click="send({ brands: toggle(q.brands, brand.value) })">
          <span :class="{ 'p-strong': q.brands.includes(brand.value) }">{{ brand.value }}</span><span class="p-muted p-num">{{ brand.count }}</span></button>
      </div>
    </div>
    <div v-if="groups.length" class="p-float">
      <button type="button" class="p-pill" :class="{ 'is-on': gathered.length }" data-menu="groups" aria-haspopup="true" :aria-expanded="pop === 'groups'" @click="menu('groups')">{{ few(gathered, labels.collection) }}${icon("chevron-down")}</button>
      <div v-if="pop === 'groups'" class="p-context-menu p-float-panel is-start" role="group" :aria-label="labels.collection" @keydown="steps">
        <button v-for="group in groups" :key="group.value" type="button" role="checkbox" class="p-context-item" :aria-checked="q.collections.includes(group.value)" @click="send({ collections: toggle(q.collections, group.value) })">
          <span :class="{ 'p-strong': q.collections.includes(group.value) }">{{ group.label }}</span><span class="p-muted p-num">{{ group.count }}</span></button>
      </div>
    </div>
    <button v-for="flag in flags" :key="flag.name" type="button" class="p-pill" :aria-pressed="Boolean(q[flag.name])" @click="send({ [flag.name]: !q[flag.name] })">{{ flag.label }} <span class="p-muted">{{ flag.count }}</span></button>
    <nav v-if="doors.length && !q.search" class="p-doors" :aria-label="labels.collections">
      <span class="p-muted p-small" aria-hidden="true">{{ labels.collections }}</span>
      <a v-for="door in doors" :key="door.href" class="p-pill" :href="door.href">{{ door.name }} <span class="p-muted">{{ door.count }}</span></a>
    </nav>
    <div class="p-tools">
      <div class="p-float">
        <button type="button" class="p-pill" data-menu="sort" aria-haspopup="true" :aria-expanded="pop === 'sort'" @click="menu('sort')">{{ labels.sort.replace("{sort}", sorts.find((s) => s.value === q.sort)?.label ?? "") }}${icon("chevron-down")}</button>
        <div v-if="pop === 'sort'" class="p-context-menu p-float-panel" role="group" :aria-label="labels.order" @keydown="steps">
          <button v-for="sort in sorts" :key="sort.value" type="button" role="radio" class="p-context-item" :aria-checked="q.sort === sort.value" @click="pop = ''; send({ sort: sort.value })"><span :class="{ 'p-strong': q.sort === sort.value }">{{ sort.label }}</span></button>
        </div>
      </div>
      <button type="button" class="p-icon-btn is-framed p-hide-phone" :aria-label="labels.grid" :title="labels.grid" :aria-pressed="!q.list" @click="send({ list: false, page: q.page })">${icon("layout-grid")}</button>
      <button type="button" class="p-icon-btn is-framed p-hide-phone" :aria-label="labels.list" :title="labels.list" :aria-pressed="Boolean(q.list)" @click="send({ list: true, page: q.page })">${icon("list")}</button>
    </div>
  </div>
  <p v-if="note" class="p-muted p-small" role="status">{{ note }}</p>`;

const product = `
  <li v-for="row in rows" :key="row.sku" class="p-product">
    <div class="p-product-pic"><img v-if="row.picture" :src="row.picture" alt="" loading="lazy" decoding="async">
      <svg v-else class="p-icon" aria-hidden="true"><use :href="sprite + '#i-' + row.icon"/></svg></div>
    <div class="p-product-body">
      <span class="p-product-sku">{{ row.sku }}</span>
      <a class="p-product-name" :href="row.href">{{ row.name }}</a>
      <span class="p-product-price">
        <button v-if="row.price" type="button" class="p-price-why p-price" :title="row.why" @click="$emit('explain', row.sku)">{{ row.price }}</button>
        <span v-else-if="row.ask" class="p-muted">{{ row.ask }}</span>
        <s v-if="row.was" class="p-price-old"><span class="p-sr">{{ labels.was }} </span>{{ row.was }}</s></span>
      <span class="p-product-stock"><span class="p-chip" :class="'is-' + row.tone">{{ row.stock }}</span>
        <button v-if="row.wish" type="button" class="p-link p-tell" :aria-pressed="String(row.wish === 'waits')" :aria-describedby="'shop-' + row.sku" :title="row.wish === 'waits' ? labels.waiting : labels.tell" @click="$emit('wish', row.sku)">${icon("bell")}{{ row.wish === "waits" ? labels.waitsShort : labels.tellShort }}</button></span>
      <div v-if="buys" class="p-product-buy">
        <div class="p-stepper">
          <button type="button" tabindex="-1" :aria-label="labels.less + ' ' + row.sku" @click="step(row, -1)">${icon("minus")}</button>
          <input role="spinbutton" inputmode="decimal" autocomplete="off" :aria-label="labels.quantity" :aria-describedby="'shop-' + row.sku" :aria-valuenow="Number(amount(row)) || undefined" :aria-valuetext="String(amount(row))" :value="amount(row)"
            @input="set(row, $event.target.value)" @focus="$event.target.select()" @keydown.enter.prevent="add(row)" @keydown.up.prevent="step(row, 1)" @keydown.down.prevent="step(row, -1)">
          <button type="button" tabindex="-1" :aria-label="labels.more + ' ' + row.sku" @click="step(row, 1)">${icon("plus")}</button>
        </div>
        <button type="button" class="p-btn is-main" :class="{ 'is-busy': adding === row.sku }" :aria-label="labels.add" :aria-describedby="'shop-' + row.sku" :disabled="!row.price" :title="row.price ? labels.add : row.ask" @click="add(row)">{{ labels.short }}</button>
      </div>
      <span class="p-product-note">{{ row.note }}</span>
      <span :id="'shop-' + row.sku" class="p-sr">{{ row.name }}</span>
    </div>
  </li>`;

export default `
<div class="p-stack" :aria-busy="busy">
  ${toolbar}
  <ul v-if="rows.length" class="p-products" :class="{ 'is-list': q.list }" @keydown="arrows">${product}</ul>
  <div v-else-if="!busy" class="p-empty">
    ${icon("search")}
    <h2>{{ labels.nothing }}</h2><p>{{ labels.hint }}</p>
    <button type="button" class="p-btn" @click="send({ search: '', brands: [], collections: [], in_stock: false, on_contract: false, on_promotion: false })">{{ labels.reset }}</button>
  </div>
  <nav v-if="tools && rows.length" class="p-pager" :aria-label="labels.pages">
    <span class="p-pager-count" role="status">{{ count }}</span>
    <button type="button" class="p-btn is-small" :disabled="q.page <= 1" @click="turn(q.page - 1)">{{ labels.previous }}</button>
    <button type="button" class="p-btn is-small" :disabled="q.page >= pages" @click="turn(q.page + 1)">{{ labels.next }}</button>
  </nav>
</div>`;

// The look of a list, apart from what it does.
const cell = `
  <span v-if="of(row, c).tone" class="p-chip" :class="'is-' + of(row, c).tone">{{ of(row, c).t }}</span>
  <template v-else><a v-if="of(row, c).p" class="p-link" :class="{ 'p-nowrap': isNumber(of(row, c).t) }" :href="of(row, c).h"
      @click="follow($event, of(row, c).p)">{{ of(row, c).t }}</a>
    <bdi v-else :class="{ 'p-nowrap': isNumber(of(row, c).t) }">{{ of(row, c).t }}</bdi>
    <span v-if="of(row, c).n">{{ of(row, c).n }}</span></template>`;

const toolbar = `
  <div v-if="!compact" class="p-toolbar">
    <div v-if="searchable" class="p-search"><Icon name="search" />
      <input ref="search" type="search" :aria-label="words.search" :placeholder="words.hint || words.search" v-model="q.search"
        maxlength="200" autocomplete="off" @input="askLater" @keydown.down.prevent="focusRow(0)"></div>
    <div :class="{ 'p-toolbar is-scroll': isPhone }" :style="isPhone ? null : { display: 'contents' }">
    <button v-for="c in pills" :key="c.name" type="button" class="p-pill" :class="{ 'is-on': q.filters[c.name] }"
      aria-haspopup="dialog" :aria-expanded="String(pop?.kind === 'filter' && pop.name === c.name)"
      @click="float('filter', $event, { name: c.name, column: c })">
      <span>{{ c.label }}: {{ filterText(c) }}</span><Icon name="chevron-down" small /></button>
    <button v-if="pills.length < filters.length" type="button" class="p-btn is-ghost is-small" @click="more = true">{{ words.moreFilters }}</button>
    <button v-if="narrowed" type="button" class="p-icon-btn" :aria-label="words.reset" :title="words.reset"
      @click="send({ search: '', filters: {}, page: 1 })"><Icon name="x" small /></button>
    <div class="p-tools">
      <button type="button" class="p-btn is-small" aria-haspopup="dialog" :title="words.views" @click="float('views', $event)">
        <Icon name="bookmark" small /><span>{{ words.views }}</span></button>
      <button type="button" class="p-btn is-small" aria-haspopup="dialog" @click="float('columns', $event)">
        <Icon name="columns-3" small />{{ words.columns }}</button>
      <template v-if="download"><button type="button" class="p-btn is-small" :class="{ 'is-busy': exporting === 'xlsx' }" @click="save('xlsx')">
        <Icon name="file-spreadsheet" small />{{ words.excel }}</button>
      <button type="button" class="p-btn is-small" :class="{ 'is-busy': exporting === 'csv' }" :aria-label="words.csvLabel"
        :title="words.csvLabel" @click="save('csv')"><Icon name="download" small /><span>{{ words.csv }}</span></button></template>
      <button v-for="(t, i) in tools" :key="i" type="button" class="p-btn is-small" :class="{ 'is-main': t.main }"
        @click="$emit('tool', i)"><Icon v-if="t.icon" :name="t.icon" small />{{ t.label }}</button>
    </div></div>
  </div>
  <div v-if="chosen.length" class="p-bulk" role="region" :aria-label="words.chosenLabel">
    <span role="status">{{ words.chosen.replace('{count}', chosen.length) }}</span>
    <button v-for="(b, i) in bulk" :key="i" type="button" class="p-btn is-small" :class="{ 'is-danger': b.danger }"
      @click="$emit('bulk', { index: i, keys: chosen })"><Icon v-if="b.icon" :name="b.icon" small />{{ b.label }}</button>
    <button type="button" class="p-btn is-ghost is-small" @click="chosen = []">{{ words.unchoose }}</button>
  </div>`;

const states = `
  <div v-if="phase === 'failed'" class="p-alert is-bad" role="alert"><Icon name="circle-alert" /><span>{{ fault }}</span>
    <button type="button" class="p-btn is-small" @click="send({})">{{ words.again }}</button></div>
  <div v-else-if="phase === 'ready' && !rows.length" class="p-card"><div class="p-empty">
    <template v-if="narrowed"><Icon name="search" /><h2>{{ words.nothing }}</h2><p>{{ words.nothingHint }}</p>
      <button type="button" class="p-btn" @click="send({ search: '', filters: {}, page: 1 })">{{ words.reset }}</button></template>
    <template v-else><Icon :name="empty.icon" /><h2>{{ empty.title }}</h2><p v-if="empty.text">{{ empty.text }}</p>
      <a v-if="empty.button" class="p-btn is-main" :href="empty.href" @click="follow($event, empty.path)">{{ empty.button }}</a>
    </template></div></div>`;

const cards = `
  <ul v-else-if="isPhone && rows.length" class="p-rowcards" :aria-label="title" :aria-busy="String(busy || phase === 'loading')">
    <li v-for="(row, i) in rows" :key="row.key" class="p-rowcard" @click="rowClick(row, i, $event)"
      @contextmenu="menu(row, i, $event, true)">
      <div class="p-rowcard-head"><span class="p-clip">
          <input v-if="bulk.length" type="checkbox" :checked="chosen.includes(row.key)" @change="choose(row.key)"
            :aria-label="words.chooseRow.replace('{row}', row.name)">
          <a v-if="row.path" :href="row.href" @click="follow($event, row.path)">{{ cardParts(row).head.t }}</a>
          <template v-else>{{ cardParts(row).head.t }}</template></span>
        <span class="p-row"><span v-if="cardParts(row).status" class="p-chip" :class="'is-' + (cardParts(row).status.tone || 'mute')">
          {{ cardParts(row).status.t }}</span>
        <button v-if="context.length" type="button" class="p-icon-btn is-small" aria-haspopup="menu"
          :aria-label="words.more.replace('{row}', row.name)" @click.stop="menu(row, i, $event, false)">
          <Icon name="ellipsis" /></button></span></div>
      <div v-if="cardParts(row).head.n" class="p-soft">{{ cardParts(row).head.n }}</div>
      <div class="p-rowcard-facts"><span v-for="c in cardParts(row).facts" :key="c.name"><span class="p-sr">{{ c.label }}: </span>
        {{ of(row, c).t }}</span></div></li></ul>`;

const table = `
  <div v-else class="p-table" tabindex="-1"><table :aria-busy="String(busy || phase === 'loading')">
    <caption class="p-sr">{{ title }}</caption>
    <thead><tr>
      <th v-if="bulk.length" scope="col"><input type="checkbox" :checked="allChosen" @change="chooseAll"
        :aria-label="words.chooseAll"></th>
      <th v-for="c in shown" :key="c.name" scope="col" :class="{ 'p-num': c.end }" :aria-sort="c.sort ? sorted(c) : null">
        <button v-if="c.sort" type="button" class="p-th-sort" @click="sort(c)">{{ c.label }}
          <Icon v-if="sorted(c) !== 'none'" :name="sorted(c) === 'ascending' ? 'arrow-up' : 'arrow-down'" small /></button>
        <template v-else>{{ c.label }}</template></th>
      <th v-if="context.length" scope="col" class="p-more"><span class="p-sr">{{ words.actions }}</span></th></tr></thead>
    <tbody v-if="phase === 'loading' && !rows.length"><tr v-for="n in 8" :key="n">
      <td v-for="m in span" :key="m"><div class="p-skeleton"></div></td></tr></tbody>
    <tbody v-else><tr v-for="(row, i) in rows" :key="row.key" :tabindex="i === Math.max(at, 0) ? 0 : -1"
        :class="{ 'is-clickable': row.path, 'is-selected': chosen.includes(row.key), 'is-focus': pop?.row === row, 'is-off': row.faded }"
        @click="rowClick(row, i, $event)" @keydown="rowKey(row, i, $event)" @contextmenu="menu(row, i, $event, true)">
      <td v-if="bulk.length"><input type="checkbox" :checked="chosen.includes(row.key)" @change="choose(row.key)"
        :aria-label="words.chooseRow.replace('{row}', row.name)"></td>
      <td v-for="c in shown" :key="c.name" :class="{ 'p-num': c.end, 'p-nowrap': !of(row, c).n && (c.kind === 'date' || c.kind === 'moment') }">
        <div v-if="of(row, c).n" class="p-cell-2">${cell}</div><template v-else>${cell}</template></td>
      <td v-if="context.length" class="p-num p-more"><button type="button" class="p-icon-btn is-small p-row-more" aria-haspopup="menu"
        :aria-label="words.more.replace('{row}', row.name)" @click.stop="menu(row, i, $event, false)">
        <Icon name="ellipsis" /></button></td></tr></tbody></table></div>`;

const pager = `
  <div v-if="!compact && rows.length" class="p-pager"><span class="p-pager-count" role="status">{{ count }}</span>
    <label class="p-row p-hide-phone"><span>{{ words.perPage }}</span><select class="p-select" style="inline-size: 76px"
      :value="q.size" @change="send({ size: Number($event.target.value), page: 1 })">
      <option v-for="n in [25, 50, 100]" :key="n" :value="n">{{ n }}</option></select></label>
    <button type="button" class="p-icon-btn is-framed" :disabled="q.page <= 1" :aria-label="words.previous"
      @click="send({ page: q.page - 1 })"><Icon name="chevron-left" flip /></button>
    <button type="button" class="p-icon-btn is-framed" :disabled="capped ? rows.length < q.size : q.page >= pages" :aria-label="words.next"
      @click="send({ page: q.page + 1 })"><Icon name="chevron-right" flip /></button></div>`;

const floating = `
  <RowMenu v-if="pop?.kind === 'row'" :key="pop.row.key" :anchor="pop.anchor" :items="items(pop.row)"
    :label="words.more.replace('{row}', pop.row.name)" @close="close" @pick="pick" />
  <Floating v-if="pop?.kind === 'filter'" :key="pop.name" :anchor="pop.anchor" :label="pop.column.label" @close="close">
    <FilterPop :column="pop.column" :value="q.filters[pop.name]" :words="words" @change="filterBy(pop.column, $event)"
      @done="close(true)" /></Floating>
  <ColumnPop v-if="pop?.kind === 'columns'" :anchor="pop.anchor" :head="head" :shown="shown.map((c) => c.name)"
    :words="words" @change="send({ columns: $event }); $event.length || close(true)" @close="close" />
  <ViewPop v-if="pop?.kind === 'views'" :anchor="pop.anchor" :views="views" :words="words" :share="share" @close="close"
    @apply="apply" @save="(name, shared) => $emit('view', { act: 'save', name, shared })"
    @remove="$emit('view', { act: 'delete', id: $event.id })"
    @share="$emit('view', { act: 'share', id: $event.id, shared: !$event.shared })" />`;

export default `<section class="p-section" :aria-label="title">${toolbar}${states}${cards}${table}${pager}${floating}</section>`;

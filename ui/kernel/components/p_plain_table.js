// A short table of texts: `head` are its columns ({label, end}), `rows` lists of cells.
export default {
  props: { head: Array, rows: Array, label: String },
  template: `
    <div class="p-table is-cards" role="region" :aria-label="label" tabindex="0">
      <table>
        <thead><tr><th v-for="column in head" scope="col" :class="{ 'p-num': column.end }">{{ column.label }}</th></tr></thead>
        <tbody>
          <tr v-for="(row, place) in rows" :key="place">
            <td v-for="(cell, at) in row" :key="at" :data-label="head[at].label" :class="{ 'p-num': head[at].end }">{{ cell }}</td>
          </tr>
        </tbody>
      </table>
    </div>`,
};

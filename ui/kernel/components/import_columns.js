// The columns of an import: per field a select of the file's headers, with a cell of the file as a sample.
export default {
  props: { fields: Array, headers: Array, mapping: Object, samples: Object, words: Object, locked: Boolean },
  emits: ['choose'],
  template: `
    <div class="p-table is-cards">
      <table>
        <thead><tr><th scope="col">{{ words.field }}</th><th scope="col">{{ words.column }}</th><th scope="col">{{ words.sample }}</th></tr></thead>
        <tbody>
          <tr v-for="field in fields" :key="field.name">
            <td :data-label="words.field"><label :for="'map-' + field.name">{{ field.label }}</label>
              <span v-if="field.required" class="p-muted p-small"> · {{ words.required }}</span></td>
            <td :data-label="words.column">
              <select class="p-select" :id="'map-' + field.name" :disabled="locked" :value="mapping[field.name] || ''"
                      @change="$emit('choose', [field.name, $event.target.value])">
                <option value="">{{ words.none }}</option>
                <option v-for="header in headers" :key="header" :value="header">{{ header }}</option>
              </select></td>
            <td :data-label="words.sample" class="p-soft">{{ samples[mapping[field.name]] || '' }}</td>
          </tr>
        </tbody>
      </table>
    </div>`,
};

import { store } from "portico";

export default {
  template: `
    <main class="p-main">
      <slot/>
      <div v-if="!store.alive.includes(store.active)" class="p-pane" aria-hidden="true">
        <div class="p-skeleton is-title"></div><div class="p-skeleton is-block"></div><div class="p-skeleton"></div>
      </div>
    </main>`,
  data: () => ({ store }),
};

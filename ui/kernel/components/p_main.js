import { store } from "portico";

// What changes with every click is a component of its own, so that the panes are not drawn anew with it.
const Awaited = {
  template: `
    <div v-if="!store.alive.includes(store.active)" class="p-pane" aria-hidden="true">
      <div class="p-skeleton is-title"></div><div class="p-skeleton is-block"></div><div class="p-skeleton"></div>
    </div>`,
  data: () => ({ store }),
};

export default {
  components: { Awaited },
  template: `
    <main class="p-main">
      <slot/>
      <Awaited/>
    </main>`,
};

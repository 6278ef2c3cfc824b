import { store } from "portico";

// What changes with every click is a component of its own, so that the panes are not drawn anew with it. It stays where
// it is when hidden: what is put before or after a pane makes the browser work out all styles of its neighbours.
const Awaited = {
  template: `
    <div :class="['p-awaited', store.alive.includes(store.active) && 'is-hidden']" aria-hidden="true">
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

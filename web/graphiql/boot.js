// Starts GraphiQL on the endpoint that the page names. A file of its own, so that
// the page's content security policy need not allow inline scripts.
'use strict';

(() => {
  const root = document.getElementById('graphiql');
  const endpoint = new URL(root.dataset.endpoint, location.href);
  const socket = new URL(endpoint);
  socket.protocol = endpoint.protocol === 'https:' ? 'wss:' : 'ws:';

  const welcome = `# Atranka's API. The book icon on the left
# documents every type.
#
# What you may see and do depends on who you
# are: write your token after "Bearer" in the
# Headers tab below. It is not kept when the
# page is closed.
#
# Ctrl-Enter runs, Ctrl-Space completes.

query WhatCanIAskFor {
  __schema {
    queryType {
      fields {
        name
        description
      }
    }
  }
}
`;

  const send = GraphiQL.createFetcher({
    url: endpoint.href,
    subscriptionUrl: socket.href,
  });

  // Until a token is written, the header is no malformed credential but none.
  const withoutEmptyToken = (headers = {}) =>
    Object.fromEntries(
      Object.entries(headers).filter(([, value]) => !/^Bearer\s*$/.test(value)),
    );

  ReactDOM.createRoot(root).render(
    React.createElement(GraphiQL, {
      fetcher: (request, options = {}) =>
        send(request, { ...options, headers: withoutEmptyToken(options.headers) }),
      storage: GraphiQL.createLocalStorage({ namespace: 'atranka' }),
      defaultQuery: welcome,
      defaultHeaders: JSON.stringify({ Authorization: 'Bearer ' }, null, 2),
      defaultEditorToolsVisibility: 'headers',
      isHeadersEditorEnabled: true,
      // A token left in the storage of a shared office computer would outlive
      // its owner's session.
      shouldPersistHeaders: false,
    }),
  );
})();

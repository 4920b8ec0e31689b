// GraphiQL for this server: queries over HTTP, subscriptions over WebSocket, the token kept in the tab.

import 'graphiql/graphiql.css';
import './page.css';

import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createClient } from 'graphql-ws';
import { useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';

const KEY = 'querschnitt-token';
const EXAMPLE = '# querschnitt token issue --role ROLE --centre KEY prints a token; enter it above.\n\n{\n  __typename\n}\n';

function Page() {
  const [token, setToken] = useState(sessionStorage.getItem(KEY) ?? '');
  const keep = (value) => {
    sessionStorage.setItem(KEY, value);
    setToken(value);
  };
  const fetcher = useMemo(() => {
    const authorization = `Bearer ${token}`;
    const socket = `${location.origin.replace(/^http/, 'ws')}/graphql/ws`;
    return createGraphiQLFetcher({
      url: '/graphql',
      headers: { authorization },
      wsClient: createClient({ url: socket, connectionParams: { authorization } }),
    });
  }, [token]);
  return (
    <>
      <label className="token">
        Token
        <input
          type="password"
          autoComplete="off"
          spellCheck={false}
          value={token}
          onChange={(event) => keep(event.target.value.trim())}
        />
      </label>
      <GraphiQL key={token} fetcher={fetcher} defaultQuery={EXAMPLE} isHeadersEditorEnabled={false} />
    </>
  );
}

createRoot(document.getElementById('graphiql')).render(<Page />);

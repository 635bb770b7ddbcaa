import { useState } from 'react';
import { rememberToken } from '../client.ts';

/** Asks for the token of a Weir that others can reach. */
export function TokenForm({ detail, onToken }: { readonly detail: string; readonly onToken: () => void }) {
  const [token, setToken] = useState('');
  return (
    <form
      className="empty"
      onSubmit={(event) => {
        event.preventDefault();
        rememberToken(token.trim());
        onToken();
      }}
    >
      <h1>Token</h1>
      <p>{detail}. It is the value of WEIR_TOKEN where Weir was started, and is kept for this tab only.</p>
      <label>
        Token
        <input
          type="password"
          value={token}
          onChange={(event) => setToken(event.target.value)}
          autoComplete="off"
        />
      </label>
      <button type="submit" className="primary">
        Continue
      </button>
    </form>
  );
}

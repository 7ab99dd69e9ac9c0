// A provider of identities as small as OpenID Connect lets it be: one page that asks
// who one is, a code, an identity signed by its key. For tests, on this machine.
import { createHash, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

const base64 = (b) => Buffer.from(b).toString('base64url');

export const startProvider = async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const codes = new Map(), ended = []; // whose sessions were ended
  let issuer = '';
  const sign = (claims) => {
    const text = `${base64(JSON.stringify({ alg: 'RS256', kid: '1' }))}.${base64(JSON.stringify({ iss: issuer, iat: Math.floor(Date.now() / 1000), exp: Math.floor(Date.now() / 1000) + 60, ...claims }))}`;
    return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`;
  };
  const body = async (req) => { let s = ''; for await (const part of req) s += part; return new URLSearchParams(s); };
  const json = (res, v) => { res.setHeader('content-type', 'application/json'); res.end(JSON.stringify(v)); };
  const server = createServer(async (req, res) => {
    const url = new URL(req.url, issuer);
    switch (`${req.method} ${url.pathname}`) {
      case 'GET /.well-known/openid-configuration':
        return json(res, { issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, userinfo_endpoint: `${issuer}/userinfo`, end_session_endpoint: `${issuer}/fin`, jwks_uri: `${issuer}/jwks`, id_token_signing_alg_values_supported: ['RS256'] });
      case 'GET /jwks':
        return json(res, { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: '1', alg: 'RS256', use: 'sig' }] });
      case 'GET /authorize': {
        const q = url.searchParams;
        const hidden = ['redirect_uri', 'state', 'nonce', 'code_challenge', 'client_id'].map((k) => `<input type="hidden" name="${k}" value="${q.get(k)}">`).join('');
        res.setHeader('content-type', 'text/html; charset=utf-8');
        return res.end(`<!doctype html><html lang="fr"><title>Fournisseur</title><link rel="icon" href="data:,"><form method="post" action="/authorize">${hidden}<label>Adresse <input name="email"></label><button>Continuer</button></form></html>`);
      }
      case 'POST /authorize': {
        const form = await body(req);
        const code = randomUUID();
        codes.set(code, form);
        const back = new URL(form.get('redirect_uri'));
        back.search = new URLSearchParams({ code, state: form.get('state') });
        return res.writeHead(303, { location: back.href }).end();
      }
      case 'GET /fin': {
        const q = url.searchParams;
        const { sub } = JSON.parse(Buffer.from((q.get('id_token_hint') ?? '').split('.')[1] ?? 'e30', 'base64url').toString());
        if (sub) ended.push(sub);
        const back = new URL(q.get('post_logout_redirect_uri'));
        back.search = new URLSearchParams({ state: q.get('state') });
        return res.writeHead(302, { location: back.href }).end();
      }
      case 'POST /token': {
        const form = await body(req), kept = codes.get(form.get('code'));
        codes.delete(form.get('code'));
        if (!kept || createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url') !== kept.get('code_challenge')) return res.writeHead(400).end('{"error":"invalid_grant"}');
        return json(res, { access_token: kept.get('email'), token_type: 'Bearer', id_token: sign({ sub: kept.get('email'), aud: kept.get('client_id'), nonce: kept.get('nonce') }) });
      }
      case 'GET /userinfo': {
        const email = (req.headers.authorization ?? '').slice('Bearer '.length);
        res.setHeader('content-type', 'application/jwt');
        return res.end(sign({ aud: 'perimetre', sub: email, email, email_verified: true }));
      }
    }
    return res.writeHead(404).end();
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  issuer = `http://127.0.0.1:${server.address().port}`;
  return { issuer, ended, stop: () => server.close() };
};

// A real OpenID provider on loopback (npm oidc-provider, a certified implementation) for the tests of sign-in.
//
// Prints {"issuer": …} when it is ready and ends when its input ends. What a person would do at the provider happens
// by itself: whoever comes is the person that a test named. Tests steer it below /test/:
//   POST /test/person   {sub, claims}          who signs in from now on
//   POST /test/rotate   {}                     other keys, the old ones are gone
//   POST /test/client   {address}              where the server under test is; other keys too
//   POST /test/down     {down}                 503 for everything but /test/
//   POST /test/tamper   {claims, header, without, userinfo} | null   what ID tokens (correctly signed) and userinfo
//                                              say instead
//   POST /test/sign     {header, claims, key}  a token signed with a key of the provider, or with a foreign one
//   GET  /test/counts                          how often each path was asked
import http from 'node:http';
import { createHmac, createPrivateKey, generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';
import { CompactSign, decodeJwt, decodeProtectedHeader, importJWK } from 'jose';

const options = JSON.parse(process.argv[2] ?? '{}');
let redirect = options.redirect ?? 'http://127.0.0.1:9/auth/provider/callback';
let { backchannel } = options;
const API = 'urn:querschnitt:api';

let person = { sub: 'nobody', claims: {} };
let keys;
let generation = 0;
let provider;
let down = false;
let tamper = null;
const counts = {};

/**
 * A new private key as JWK. By way of its PEM form: Node 20 stands still for ever when its garbage collection meets the
 * job that made a key while that same key is exported as JWK (seen on 2026-11-26, one start of some hundred).
 */
function freshKey(kind, parameters) {
  const { privateKey } = generateKeyPairSync(kind, {
    ...parameters,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return createPrivateKey(privateKey).export({ format: 'jwk' });
}

function newKeys() {
  generation += 1;
  const make = (kind, alg, parameters) => ({
    ...freshKey(kind, parameters),
    kid: `${alg}-${generation}`,
    use: 'sig',
    alg,
  });
  const rsa = { modulusLength: 2048 };
  keys = [
    make('rsa', 'RS256', rsa),
    make('rsa', 'PS256', rsa),
    make('ec', 'ES256', { namedCurve: 'P-256' }),
    make('ed25519', 'EdDSA', {}),
  ];
}

const signingKey = (alg) => keys.find((key) => key.alg === alg);

async function sign(header, claims, key) {
  const text = new TextEncoder().encode(typeof claims === 'string' ? claims : JSON.stringify(claims));
  const signer = new CompactSign(text).setProtectedHeader(header);
  // It signs what is critical only when told to.
  const crit = Object.fromEntries((header.crit ?? []).map((name) => [name, false]));
  return signer.sign(await importJWK(key, header.alg), { crit });
}

const client = (client_id, alg, method) => ({
  client_id,
  ...(method === 'none' ? {} : { client_secret: 'geheim: mit+Zeichen/%' }),
  redirect_uris: [redirect],
  post_logout_redirect_uris: [new URL('/anmelden', redirect).href],
  ...(backchannel ? { backchannel_logout_uri: backchannel } : {}),
  token_endpoint_auth_method: method,
  id_token_signed_response_alg: alg,
  response_types: ['code'],
  grant_types: ['authorization_code'],
});

function newProvider(issuer) {
  newKeys();
  provider = new Provider(issuer, {
    jwks: { keys },
    clients: [
      client('querschnitt', 'RS256', 'client_secret_basic'),
      client('querschnitt-post', 'PS256', 'client_secret_post'),
      client('querschnitt-public', 'ES256', 'none'),
      client('querschnitt-eddsa', 'EdDSA', 'client_secret_basic'),
      // Another program of the office that calls the API with access tokens.
      { ...client('fachverfahren', 'RS256', 'none'), redirect_uris: ['http://127.0.0.1:9/other'] },
    ],
    claims: { openid: ['sub'], profile: ['name', 'realm_access', 'centre'] },
    conformIdTokenClaims: options.userinfoOnly ?? false,
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        // What somebody would click.
        logoutSource: (ctx, form) => {
          ctx.body = form.replace('</form>', '<input type="hidden" name="logout" value="yes"/></form>');
        },
      },
      backchannelLogout: { enabled: Boolean(backchannel) },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'api',
          audience: 'querschnitt-api',
          accessTokenFormat: 'jwt',
          accessTokenTTL: 300,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'] },
    extraTokenClaims: () => person.claims,
    findAccount: (ctx, sub) => ({ accountId: sub, claims: () => ({ sub, ...person.claims }) }),
    interactions: { url: (ctx, { uid }) => `/test/interaction/${uid}` },
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client.clientId,
        accountId: ctx.oidc.session.accountId,
      });
      grant.addOIDCScope('openid profile');
      grant.addResourceScope(API, 'api');
      await grant.save();
      return grant;
    },
    cookies: { keys: ['only for tests'] },
    // It refuses to call loopback addresses by itself, and the server under test has no other.
    fetch: (address, { dispatcher, ...rest }) => fetch(address, rest),
    ttl: { Session: 3600, Interaction: 600, Grant: 3600, IdToken: 300, AccessToken: 300 },
  });
  provider.use(async (ctx, next) => {
    await next();
    if (tamper?.userinfo && ctx.oidc?.route === 'userinfo') {
      ctx.body = { ...ctx.body, ...tamper.userinfo };
    }
    if (tamper && ctx.body?.id_token) {
      const token = ctx.body.id_token;
      const header = { ...decodeProtectedHeader(token), ...tamper.header };
      const claims = { ...decodeJwt(token), ...tamper.claims };
      for (const name of tamper.without ?? []) delete claims[name];
      ctx.body.id_token = await sign(header, claims, signingKey(header.alg));
    }
  });
}

const steps = {
  person: (body) => { person = body; },
  rotate: () => newProvider(provider.issuer),
  client: ({ address }) => {
    redirect = `${address}/auth/provider/callback`;
    backchannel = `${address}/auth/provider/backchannel-logout`;
    newProvider(provider.issuer);
  },
  down: (body) => { down = body.down; },
  tamper: (body) => { tamper = body; },
  sign: async ({ header, claims, key }) => {
    if (header.alg === 'none' || header.alg.startsWith('HS')) {
      // The classics: no signature, or the public key taken for a shared secret.
      const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const message = `${part(header)}.${part(claims)}`;
      const { kty, n, e } = signingKey('RS256');
      const secret = key === 'jwk' ? JSON.stringify({ kty, n, e }) : Buffer.from(n, 'base64url');
      return `${message}.${header.alg === 'none' ? '' : createHmac('sha256', secret).update(message).digest('base64url')}`;
    }
    const foreign = key === 'foreign';
    const jwk = foreign ? freshKey('ec', { namedCurve: 'P-256' }) : signingKey(header.alg);
    return sign(foreign ? header : { kid: jwk.kid, ...header }, claims, jwk);
  },
};

async function test(request, response, path) {
  const [, , step, uid] = path.split('/');
  if (step === 'interaction') {
    await provider.interactionFinished(request, response, { login: { accountId: person.sub } });
    return;
  }
  if (step === 'counts') {
    response.end(JSON.stringify(counts));
    return;
  }
  let text = '';
  for await (const chunk of request) text += chunk;
  const result = await steps[step](text ? JSON.parse(text) : null, uid);
  response.end(JSON.stringify(result ?? {}));
}

const server = http.createServer(async (request, response) => {
  const path = new URL(request.url, 'http://127.0.0.1').pathname;
  try {
    if (path.startsWith('/test/')) {
      await test(request, response, path);
      return;
    }
    counts[path] = (counts[path] ?? 0) + 1;
    if (down) {
      response.writeHead(503).end();
      return;
    }
    provider.callback()(request, response);
  } catch (error) {
    response.writeHead(500).end(String(error.stack));
  }
});

server.listen(options.port ?? 0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  newProvider(issuer);
  console.log(JSON.stringify({ issuer }));
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));

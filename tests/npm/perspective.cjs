// What a site does with perspective-api-client, which knows Google's address only: the one line that changes it
// is an interceptor. usage: node perspective.cjs BASE_URL KEY
const axios = require("axios");
const Perspective = require("perspective-api-client");

const [base, apiKey] = process.argv.slice(2);
axios.interceptors.request.use((config) => ({
  ...config,
  url: config.url.replace("https://commentanalyzer.googleapis.com", base),
}));

const client = new Perspective({ apiKey });
const refused = (promise) => promise.then(() => null, (error) => error.response.data);

(async () => {
  console.log(
    JSON.stringify({
      plain: await client.analyze("이 멍청한 새끼야 꺼져라"),
      options: await client.analyze("<b>You</b> are a stupid fucking idiot", {
        attributes: ["toxicity", "insult"],
        doNotStore: true,
        languages: ["en"],
        stripHTML: true,
      }),
      unknown: await refused(client.analyze("hello", { attributes: ["humour"] })),
    }),
  );
})();

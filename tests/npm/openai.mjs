// What a site does with OpenAI's own client. usage: node openai.mjs BASE_URL KEY
import OpenAI from "openai";

const [baseURL, apiKey] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const parts = (...contents) => client.moderations.create({ input: contents });
const text = (content) => ({ type: "text", text: content });
const image = { type: "image_url", image_url: { url: "https://news.example/1.png" } };

const refused = (promise) =>
  promise.then(
    () => null,
    (error) => ({ name: error.constructor.name, status: error.status, code: error.code, param: error.param }),
  );

console.log(
  JSON.stringify({
    one: await client.moderations.create({ input: "이 멍청한 새끼야 꺼져라" }),
    several: await client.moderations.create({
      model: "text-moderation-latest",
      input: ["좋은 기사 감사합니다", "You are a stupid fucking idiot"],
    }),
    parts: await parts(text("Good morning."), text("You are a stupid fucking idiot")),
    image: await refused(parts(text("Good morning."), image)),
    model: await refused(client.moderations.create({ model: "gpt-unknown", input: "a" })),
    other: await refused(client.post("/moderations/other", { body: {} })),
  }),
);

// What `google.discoverAPI` of the package googleapis does, by the part of it that does it.
// usage: node discovery.mjs DISCOVERY_URL KEY
import { Discovery } from "googleapis-common";

const [url, key] = process.argv.slice(2);
const create = await new Discovery({ debug: false, includePrivate: false }).discoverAPI(url);
const google = create({ version: "v1alpha1" }, { _options: {} });
const resource = {
  comment: { text: "이 멍청한 새끼야 꺼져라" },
  requestedAttributes: { TOXICITY: {}, SEVERE_TOXICITY: {} },
  languages: ["en"],
  doNotStore: true,
  clientToken: "t-1",
};
const refused = (promise) => promise.then(() => null, (error) => error.response.data);

console.log(
  JSON.stringify({
    analyzed: (await google.comments.analyze({ key, resource })).data,
    suggested: (
      await google.comments.suggestscore({
        key,
        resource: {
          comment: resource.comment,
          attributeScores: { TOXICITY: { summaryScore: { value: 1 } } },
          clientToken: "t-1",
        },
      })
    ).data,
    refused: await refused(google.comments.analyze({ key, resource: { comment: resource.comment } })),
  }),
);

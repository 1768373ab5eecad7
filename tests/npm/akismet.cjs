// What a site does with akismet-api, which puts the key before the name of the host; names below it are those of a
// wildcard in the DNS, which here is the machine itself. usage: node akismet.cjs BASE_URL KEY
const dns = require("dns");
const { AkismetClient } = require("akismet-api");

const [base, key] = process.argv.slice(2);
const { port } = new URL(base);
const plain = dns.lookup;
dns.lookup = (name, options, done) => plain(name.endsWith(".comments.test") ? "127.0.0.1" : name, options, done);

const options = { blog: "https://news.example.kr", protocol: "http", host: `all.comments.test:${port}` };
const client = new AkismetClient({ ...options, key });
const stranger = new AkismetClient({ ...options, key: "nobody" });
const comment = (content, more = {}) => ({ ip: "192.0.2.7", useragent: "Mozilla/5.0", content, ...more });
const refused = (promise) => promise.then(() => null, (error) => error.message);

const SPAM = "무담보 대출 당일 입금, 카톡 주세요";
const FAIR = "기사 잘 읽었습니다";

(async () => {
  console.log(
    JSON.stringify({
      keys: [await client.verifyKey(), await stranger.verifyKey()],
      spam: await client.checkSpam(comment(SPAM)),
      fair: await client.checkSpam(comment(FAIR)),
      guaranteed: await client.checkSpam(comment(FAIR, { name: "akismet-guaranteed-spam" })),
      administrator: await client.checkSpam(comment(SPAM, { role: "administrator" })),
      trapped: await client.checkSpam(comment(FAIR, { honeypot: "filled in" })),
      stranger: await refused(stranger.checkSpam(comment(FAIR))),
      submitted: [
        (await client.submitSpam(comment(SPAM))).text,
        (await client.submitHam(comment(FAIR))).text,
      ],
    }),
  );
})();

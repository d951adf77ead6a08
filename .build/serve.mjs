// `make serve`: dist/ on 127.0.0.1, until stopped.
import { startServer } from "../tests/end_to_end/support/server.mjs";

const port = Number(process.env.PORT ?? 8080);
try {
  const server = await startServer({ port });
  console.log(`Daybook is at ${server.url}/ (stop with Ctrl-C)`);
} catch (error) {
  const hint = error.code === "EADDRINUSE" ? `port ${port} is taken; try: make serve PORT=8081` : error.message;
  console.error(`serve: ${hint}`);
  process.exit(1);
}

-- bench: what wrk sends for one-click POSTs and page GETs: one path after the other from the file
-- BENCH_PATHS, beginning BENCH_SKIP lines in, each path once before any is used again; with the
-- cookie BENCH_COOKIE, if there is one.
local requests = {}
local at = 0

function init()
  local method = os.getenv("BENCH_METHOD") or "GET"
  local skip = tonumber(os.getenv("BENCH_SKIP") or "0")
  local most = tonumber(os.getenv("BENCH_MOST") or "200000")
  local headers = {}
  local body = nil
  if os.getenv("BENCH_COOKIE") then
    headers["Cookie"] = os.getenv("BENCH_COOKIE")
  end
  if method == "POST" then
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    body = "List-Unsubscribe=One-Click"
  end
  local line_number = 0
  for line in io.lines(os.getenv("BENCH_PATHS")) do
    line_number = line_number + 1
    if line_number > skip then
      requests[#requests + 1] = wrk.format(method, line, headers, body)
      if #requests >= most then break end
    end
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format("RESULT %d %.6f %.3f %.3f %d\n", summary.requests,
    summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end

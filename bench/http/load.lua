-- What wrk sends: `HW_METHOD` (GET or POST) to the paths of the file `HW_PATHS`, a line each, in
-- random order (with `HW_ORDER=each` once each, threads taking turns, until the last was asked: the rate means nothing then), as the program whose token is
-- `HW_TOKEN`; the bodies are the lines of `HW_BODIES`, each with a new id. Ends with one line of JSON: requests, seconds, latencies in milliseconds.
local function lines_of(name)
  local lines = {}
  local path = os.getenv(name)
  if path and path ~= "" then for line in io.lines(path) do lines[#lines + 1] = line end end
  return lines
end

local paths, bodies = lines_of("HW_PATHS"), lines_of("HW_BODIES")
local method = os.getenv("HW_METHOD") or "GET"
local headers = {["Authorization"] = "Bearer " .. (os.getenv("HW_TOKEN") or "")}
if method == "POST" then headers["Content-Type"] = "application/json" end

local load_threads = 2 -- as wrk is called with
local threads = 0
function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init()
  math.randomseed(tonumber(os.getenv("HW_SEED") or "1") * 1000 + number)
end

local random = math.random
local function new_id()
  return string.format("%08x-%04x-4%03x-8%03x-%06x%06x", random(0, 2 ^ 31), random(0, 65535),
    random(0, 4095), random(0, 4095), random(0, 2 ^ 24 - 1), random(0, 2 ^ 24 - 1))
end

local in_order = os.getenv("HW_ORDER") == "each"
local turn = 0
local function next_path()
  if not in_order then return paths[random(#paths)] end
  turn = turn + 1
  return paths[((turn - 1) * load_threads + number) % #paths + 1]
end

if in_order then
  function response()
    if turn * load_threads + number >= #paths then wrk.thread:stop() end
  end
end

function request()
  local path = next_path()
  if method == "GET" then return wrk.format(method, path, headers) end
  local body = bodies[random(#bodies)]
  return wrk.format(method, path, headers, '{"id":"' .. new_id() .. '",' .. body:sub(2))
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"seconds":%.6f,"mean":%.3f,"p50":%.3f,"p99":%.3f,"max":%.3f,"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration / 1e6, latency.mean / 1e3, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, latency.max / 1e3, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end

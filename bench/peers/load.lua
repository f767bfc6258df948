-- What wrk sends: `PEER_METHOD` to the paths of the file `PEER_PATHS`, a line each, in random order,
-- with the headers of `PEER_HEADERS` ("Name: value", a line each); the bodies are the lines of
-- `PEER_BODIES`, each with a new id in front where `PEER_ID` is set. Ends with one line of JSON.
local function lines_of(name)
  local lines = {}
  local path = os.getenv(name)
  if path and path ~= "" then for line in io.lines(path) do lines[#lines + 1] = line end end
  return lines
end

local paths, bodies = lines_of("PEER_PATHS"), lines_of("PEER_BODIES")
local method = os.getenv("PEER_METHOD")
local with_id = (os.getenv("PEER_ID") or "") ~= ""
local headers = {}
for _, line in ipairs(lines_of("PEER_HEADERS")) do
  local name, value = line:match("^([^:]+): (.*)$")
  headers[name] = value
end

local threads = 0
function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init()
  math.randomseed(tonumber(os.getenv("PEER_SEED")) * 1000 + number)
end

local random = math.random
local function new_id()
  return string.format("%08x-%04x-4%03x-8%03x-%06x%06x", random(0, 2 ^ 31), random(0, 65535),
    random(0, 4095), random(0, 4095), random(0, 2 ^ 24 - 1), random(0, 2 ^ 24 - 1))
end

function request()
  local path = paths[random(#paths)]
  if method == "GET" then return wrk.format(method, path, headers) end
  local body = bodies[random(#bodies)]
  if with_id then body = '{"id":"' .. new_id() .. '",' .. body:sub(2) end
  return wrk.format(method, path, headers, body)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"seconds":%.6f,"bytes":%.0f,"p50":%.3f,"p99":%.3f,"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end

-- Failover connections (RFC 8156) for tshark: the frame and the header are read here, the options by Wireshark's own DHCPv6
-- dissector, which knows those of failover and shares no code with us.

local protocol = Proto("failover", "DHCPv6 failover")

local types = {
  [7] = "REPLY", [23] = "STARTTLS", [24] = "BNDUPD", [25] = "BNDREPLY", [26] = "POOLREQ", [27] = "POOLRESP", [28] = "UPDREQ",
  [29] = "UPDREQALL", [30] = "UPDDONE", [31] = "CONNECT", [32] = "CONNECTREPLY", [33] = "DISCONNECT", [34] = "STATE", [35] = "CONTACT",
}
-- Those of RFC 7653, whose header has no sent-time.
local short = { [7] = true, [23] = true }

local field = {
  size = ProtoField.uint16("failover.size", "Message size"),
  type = ProtoField.uint8("failover.type", "Message type", base.DEC, types),
  transaction = ProtoField.uint24("failover.transaction", "Transaction id", base.HEX),
  sent = ProtoField.uint32("failover.sent", "Sent time, seconds since 2000"),
}
protocol.fields = { field.size, field.type, field.transaction, field.sent }

local bad_type = ProtoExpert.new("failover.bad_type", "No message of a failover connection", expert.group.MALFORMED, expert.severity.ERROR)
local too_short = ProtoExpert.new("failover.too_short", "Shorter than its header", expert.group.MALFORMED, expert.severity.ERROR)
local bad_option = ProtoExpert.new("failover.bad_option", "An option that ends beyond what it is in", expert.group.MALFORMED, expert.severity.ERROR)
protocol.experts = { bad_type, too_short, bad_option }

local options = Dissector.get("dhcpv6")
local size_octets = 2

-- Options with options inside: how many octets stand before those. IA_NA, IA_TA, IAADDR, IA_PD, IAPREFIX, CLIENT_DATA, F_DNS_REMOVAL_INFO.
local containers = { [3] = 12, [4] = 4, [5] = 24, [25] = 12, [26] = 25, [45] = 0, [116] = 0 }

local dns_removal = 116

-- Wireshark's dissector leaves out, without a word, an option that is longer than its place; so the lengths are checked here.
-- It does not look into F_DNS_REMOVAL_INFO either: where the options inside one begin and how many octets they have is noted.
local function options_fit(buffer, at, finish, removals)
  while at < finish do
    if at + 4 > finish then return false end
    local code, length = buffer(at, 2):uint(), buffer(at + 2, 2):uint()
    local data, after = at + 4, at + 4 + length
    if after > finish then return false end
    local head = containers[code]
    if head and (length < head or not options_fit(buffer, data + head, after, removals)) then return false end
    if code == dns_removal and length > 0 then removals[#removals + 1] = { data, length } end
    at = after
  end
  return true
end

local function dissect_message(buffer, packet, tree)
  local size = buffer(0, size_octets):uint()
  local item = tree:add(protocol, buffer())
  item:add(field.size, buffer(0, size_octets))
  local type = size > 0 and buffer(2, 1):uint() or 0
  local header = short[type] and 4 or 8
  if size < header then
    item:add_proto_expert_info(too_short)
    return buffer:len()
  end
  item:add(field.type, buffer(2, 1))
  item:add(field.transaction, buffer(3, 3))
  if header == 8 then item:add(field.sent, buffer(6, 4)) end
  item:append_text(", " .. (types[type] or "?"))
  if not types[type] then item:add_proto_expert_info(bad_type) end
  -- Options as an ordinary message has them: behind type and transaction id.
  local function dissect_options(at, length, name)
    local plain = ByteArray.new()
    plain:append(buffer:bytes(2, 4))
    plain:append(buffer:bytes(at, length))
    options:call(plain:tvb(name), packet, tree)
  end
  local removals = {}
  local fit = options_fit(buffer, size_octets + header, size_octets + size, removals)
  if not fit then item:add_proto_expert_info(bad_option) end
  if size > header then dissect_options(size_octets + header, size - header, "Options") end
  for _, removal in ipairs(removals) do dissect_options(removal[1], removal[2], "DNS removal") end
  return buffer:len()
end

-- Of the message that begins at `offset` in what a segment, or several put together, brought.
local function message_length(whole, _, offset) return whole(offset, size_octets):uint() + size_octets end

function protocol.dissector(buffer, packet, tree)
  dissect_tcp_pdus(buffer, tree, size_octets, message_length, dissect_message)
  packet.cols.protocol = "failover"
  return buffer:len()
end

DissectorTable.get("tcp.port"):set(647, protocol)

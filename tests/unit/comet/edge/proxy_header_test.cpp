#include "comet/edge/proxy_header.hpp"

#include <string>

#include <gtest/gtest.h>

namespace im::comet {
namespace {

using Status = ProxyHeader::Status;

const std::string kSignature("\r\n\r\n\0\r\nQUIT\n", 12);

std::string v2(int version_command, int family, const std::string& rest) {
  std::string bytes = kSignature;
  bytes += static_cast<char>(version_command);
  bytes += static_cast<char>(family);
  bytes += static_cast<char>(rest.size() >> 8);
  bytes += static_cast<char>(rest.size() & 0xff);
  return bytes + rest;
}

std::string v4_addresses() { return std::string("\xcb\x00\x71\x07\x0a\x00\x00\x01\xdd\xd5\x0c\x1d", 12); }

std::string client_of(const std::string& bytes) {
  const ProxyHeader header = parse_proxy_header(bytes);
  if (header.status == Status::kNeedMore) return "more";
  if (header.status == Status::kMalformed) return std::string("malformed: ") + header.fault;
  return header.client ? ip_text(*header.client) : "socket";
}

/// Whole at exactly its size, needs more at every shorter one, and takes nothing of what follows.
void expect_whole(const std::string& bytes, const std::string& client) {
  EXPECT_EQ(client_of(bytes), client) << bytes;
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_EQ(client_of(bytes.substr(0, size)), "more") << size << " of " << bytes;
  const ProxyHeader header = parse_proxy_header(bytes + "PROXY \r\n");
  EXPECT_EQ(header.status, Status::kWhole);
  EXPECT_EQ(header.size, bytes.size());
}

void expect_malformed(const std::string& bytes, const std::string& fault) {
  EXPECT_EQ(client_of(bytes), "malformed: " + fault) << bytes;
}

// covers E01
TEST(ProxyHeaderV1, TheExamplesOfTheSpecification) {
  expect_whole("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255");
  expect_whole("PROXY UNKNOWN\r\n", "socket");
  expect_whole(
      "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
      "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
  expect_whole(
      "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
      "socket");
  expect_whole("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n", "192.168.0.1");
  expect_whole("PROXY TCP6 ::ffff:10.1.2.3 ::1 0 1\r\n", "10.1.2.3");
}

TEST(ProxyHeaderV1, WhatIsRefused) {
  const std::string form = "not \"PROXY TCP4|TCP6 source destination port port\"";
  const std::string address = "not an address of the stated family";
  const std::string head = "PROXY TCP4 1.2.3.4 5.6.7.8 ";
  for (const char* bad : {"PROXY TCP4\r\n", "PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n", "PROXY TCP4 1.2.3.4 5.6.7.8 1 2 3\r\n",
                          "PROXY \r\n", "PROXY UNKNOWNX\r\n", "PROXY TCP4 1.2.3.4 5.6.7.8 1 2 \r\n"})
    expect_malformed(bad, form);
  for (const char* bad :
       {"PROXY TCP4 1.2.3 5.6.7.8 1 2\r\n", "PROXY TCP4 ::1 ::1 1 2\r\n", "PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n",
        "PROXY TCP4 1.2.3.4 host 1 2\r\n", "PROXY TCP4  1.2.3.4 5.6.7.8 1\r\n", "PROXY TCP4 01.2.3.4 5.6.7.8 1 2\r\n"})
    expect_malformed(bad, address);
  expect_malformed(std::string("PROXY TCP4 1.2.3.4\0x 5.6.7.8 1 2\r\n", 34), address);
  for (const char* bad : {"65536 1\r\n", "-1 1\r\n", "1 01\r\n", " 1\r\n", "1 x\r\n", "1 99999999999\r\n"})
    expect_malformed(head + bad, "not a port");
  expect_malformed("PROXY UDP4 1.2.3.4 5.6.7.8 1 2\r\n", "the family is not TCP4, TCP6 or UNKNOWN");
  expect_malformed("PROXY UNKNOWN\rX", "CR without LF");
}

TEST(ProxyHeaderV1, ALineWithoutAnEndIsBounded) {
  const std::string longest = "PROXY UNKNOWN " + std::string(ProxyHeader::kMaxV1 - 16, 'x') + "\r\n";
  ASSERT_EQ(longest.size(), ProxyHeader::kMaxV1);
  expect_whole(longest, "socket");
  const std::string fault = "no end of line within 107 bytes";
  expect_malformed("PROXY UNKNOWN " + std::string(ProxyHeader::kMaxV1 - 15, 'x') + "\r\n", fault);
  expect_malformed("PROXY UNKNOWN " + std::string(10000, 'x'), fault);
  expect_malformed("PROXY UNKNOWN " + std::string(ProxyHeader::kMaxV1 - 14, 'x'), fault);
  EXPECT_EQ(client_of("PROXY UNKNOWN " + std::string(ProxyHeader::kMaxV1 - 15, 'x')), "more");
}

// covers E01
TEST(ProxyHeaderV2, AddressesOfBothFamilies) {
  expect_whole(v2(0x21, 0x11, v4_addresses()), "203.0.113.7");
  const std::string v6 =
      std::string("\x20\x01\x0d\xb8", 4) + std::string(11, '\0') + "\x07" + std::string(16, '\1') + "abcd";
  expect_whole(v2(0x21, 0x21, v6), "2001:db8::7");
}

// covers E02
TEST(ProxyHeaderV2, WithoutAnAddressTheSocketsStands) {
  expect_whole(v2(0x20, 0x00, ""), "socket");
  expect_whole(v2(0x20, 0x11, v4_addresses()), "socket");  // LOCAL: the block is thrown away
  expect_whole(v2(0x20, 0xff, "anything"), "socket");
  expect_whole(v2(0x21, 0x00, ""), "socket");
  expect_whole(v2(0x21, 0x31, std::string(216, 'u')), "socket");
}

TEST(ProxyHeaderV2, TlvsAreSkipped) {
  const std::string tlv(
      "\x05\x00\x03"
      "xyz",
      6);
  expect_whole(v2(0x21, 0x11, v4_addresses() + tlv), "203.0.113.7");
  expect_whole(v2(0x21, 0x11, v4_addresses() + std::string(536 - 12, 'x')), "203.0.113.7");
}

TEST(ProxyHeaderV2, WhatIsRefused) {
  expect_malformed(v2(0x11, 0x11, v4_addresses()), "not version 2");
  expect_malformed(v2(0x31, 0x11, v4_addresses()), "not version 2");
  for (int command = 2; command < 16; ++command)
    expect_malformed(v2(0x20 | command, 0x11, v4_addresses()), "the command is neither LOCAL nor PROXY");
  expect_malformed(v2(0x21, 0x11, v4_addresses().substr(1)), "too short for IPv4 addresses");
  expect_malformed(v2(0x21, 0x21, std::string(35, 'x')), "too short for IPv6 addresses");
  for (const int family : {0x12, 0x22, 0x32, 0x10, 0x01, 0x41, 0xff})
    expect_malformed(v2(0x21, family, std::string(216, 'x')), "not a family of streams");
}

TEST(ProxyHeaderV2, TheLengthIsBoundedBeforeItIsWaitedFor) {
  const std::string head = kSignature + std::string("\x21\x11\x02\x19", 4);  // 537
  expect_malformed(head, "longer than 552 bytes");
  expect_malformed(kSignature + "\x21\x11\xff\xff", "longer than 552 bytes");
  EXPECT_EQ(client_of(kSignature + std::string("\x21\x11\x02\x18", 4)), "more");  // 536
}

// covers E03
TEST(ProxyHeader, OtherBytesAreNoHeaderFromTheFirstWrongOne) {
  for (const char* bad : {"G", "GET /sub HTTP/1.1\r\n\r\n", "PROXYTCP4", "proxy TCP4", "\r\n\r\nQ", "\n", "PX"})
    expect_malformed(bad, "no PROXY header");
  expect_malformed(std::string("\0\0\0\x10\0\x10\0\x01", 8), "no PROXY header");  // a goim packet
}

}  // namespace
}  // namespace im::comet

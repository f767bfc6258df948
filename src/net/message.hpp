#pragma once

#include "net/gate.hpp"
#include "net/refusal.hpp"

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace homeward::net {

/// Reads one request from bytes: Beast's parser behind a face that costs no Beast to include. It
/// does no I/O and decides nothing; `admit` decides, between `read_head` and `read_body`.
class Message {
  public:
    Message();
    Message(Message&&) noexcept;
    Message& operator=(Message&&) noexcept;
    ~Message();

    /// Parses a whole head, as `HeadScanner` found it. Called once, first.
    tl::expected<Head, Refusal> read_head(std::string_view bytes);

    /// Says how long the body may be. Called once, after `read_head`.
    void begin_body(std::uint64_t bytes_max);

    /// Takes body bytes and says how many were used; what is left is to be offered again together
    /// with more. Chunk extensions and trailers are refused: nothing here uses them, and they are
    /// where readers of chunks disagree. Must not be called once `is_done`.
    tl::expected<std::size_t, Refusal> read_body(std::string_view bytes);

    /// Whether the whole message has been read.
    bool is_done() const;

    /// Whether the body comes in chunks, its length unknown.
    bool is_chunked() const;

    /// The body as far as it was read.
    std::size_t body_bytes() const;
    std::string take_body();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// The usual words for a status, for the status line.
std::string_view reason_phrase(unsigned status);

}  // namespace homeward::net

#pragma once

#include <string>

#include <boost/json/object.hpp>

#include "logic/store/message.hpp"
#include "logic/webim/person.hpp"

/// What those in the lobby are told, as bodies of op 102: for newer clients, and in the member `webim` for pages
/// (comet/wire/webim_codec.hpp). Pure.
namespace im::logic::webim {

/// A text member; empty when there is none.
std::string text_member(const boost::json::object& object, const char* name);
/// {"cmd":"login"|"newUser","fd":...,"name":...,"avatar":...}
boost::json::object person_json(const char* cmd, const Person& person);
std::string came_event(const Person& person);
std::string went_event(const Person& person);
/// Whom a message is from is what the session says, whatever the page wrote.
void stamp(boost::json::object& message, const Person& sender);
/// A page throws at a type that it does not know, and at a text without data: then it shows nothing at all.
void make_drawable(boost::json::object& message);
/// A kept body as the page's object, with nobody else's name on it; what is no object becomes an escaped text. An
/// address of the sender stays as it was.
boost::json::object line_of(const std::string& body, const Person& sender);
/// A line that was kept; `row.body` is the page's object.
std::string line_event(const store::Message& row, const Person& sender);
/// A page's object for one other page.
std::string private_event(const boost::json::object& message);

}  // namespace im::logic::webim

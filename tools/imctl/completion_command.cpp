// Completion for shells, from the same tree of commands that is parsed.
#include <algorithm>
#include <iostream>
#include <memory>
#include <sstream>

#include <CLI/CLI.hpp>

#include "tools/imctl/commands.hpp"

namespace im::imctl {

namespace {

struct Choice {
  std::string word, doc;
};
/// What may follow somewhere: after "imctl push" (words), or after "imctl token key --alg" (values).
struct Place {
  std::string after;
  std::vector<Choice> choices;
  bool files = false;  ///< names of files, too
};

struct Tree {
  std::vector<Place> commands;  ///< by path
  std::vector<Place> values;    ///< by path and option
};

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

/// The words of "TEXT:{one,two}".
std::vector<Choice> members_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t open = type.find('{'), close = type.find('}');
  std::vector<Choice> members;
  if (open == std::string::npos || close == std::string::npos) return members;
  std::istringstream words(type.substr(open + 1, close - open - 1));
  for (std::string word; std::getline(words, word, ',');) members.push_back({word, ""});
  return members;
}

bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

void add_options(const CLI::App& app, const std::string& path, Place& place, Tree& tree) {
  for (const CLI::Option* option : app.get_options([](const CLI::Option* one) { return one->nonpositional(); })) {
    for (const std::string& name : option->get_lnames()) {
      place.choices.push_back({"--" + name, first_line(option->get_description())});
      if (!takes_value(*option)) continue;
      auto members = members_of(*option);
      const bool files = members.empty();
      tree.values.push_back({path + " --" + name, std::move(members), files});
    }
  }
}

/// `inherited`: the root's options, which every command takes.
void walk(const CLI::App& app, const std::string& path, const std::vector<Choice>& inherited, Tree& tree) {
  Place place{path, {}, false};
  const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* command : commands)
    place.choices.push_back({command->get_name(), first_line(command->get_description())});
  for (const CLI::Option* option : app.get_options([](const CLI::Option* one) { return one->get_positional(); })) {
    const auto members = members_of(*option);
    place.choices.insert(place.choices.end(), members.begin(), members.end());
    place.files = place.files || members.empty();
  }
  add_options(app, path, place, tree);
  std::vector<Choice> passed_on = inherited;
  if (path == "imctl") {
    std::copy_if(place.choices.begin(), place.choices.end(), std::back_inserter(passed_on),
                 [](const Choice& choice) { return choice.word.starts_with("--"); });
  } else {
    for (const Choice& choice : inherited) {
      if (choice.word != "--help") place.choices.push_back(choice);
    }
  }
  tree.commands.push_back(std::move(place));
  for (const CLI::App* command : commands) walk(*command, path + " " + command->get_name(), passed_on, tree);
}

/// In single quotes for a shell.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string words_of(const Place& place) {
  std::string words;
  for (const Choice& choice : place.choices) words += (words.empty() ? "" : " ") + choice.word;
  return words;
}

std::string paths_pattern(const Tree& tree) {
  std::string pattern;
  for (const Place& place : tree.commands) {
    if (place.after != "imctl") pattern += (pattern.empty() ? "" : "|") + quoted(place.after);
  }
  return pattern;
}

void print_bash(const Tree& tree) {
  const auto line = [](const Place& place) {
    std::cout << "    " << quoted(place.after) << ") words=" << quoted(words_of(place))
              << (place.files ? " files=1" : "") << " ;;\n";
  };
  std::cout << "# bash completion of imctl; made by `imctl completion bash`.\n"
               "_imctl() {\n"
               "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} path=imctl words='' files='' i\n"
               "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
               "    case \"$path ${COMP_WORDS[i]}\" in\n    "
            << paths_pattern(tree)
            << ") path=\"$path ${COMP_WORDS[i]}\" ;;\n    esac\n  done\n"
               "  case \"$path $prev\" in\n";
  for (const Place& place : tree.values) line(place);
  std::cout << "    *)\n    case \"$path\" in\n";
  for (const Place& place : tree.commands) line(place);
  std::cout << "    esac ;;\n  esac\n"
               "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
               "  if [ -n \"$files\" ] && [[ $cur != -* ]]; then\n"
               "    mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- \"$cur\")\n  fi\n}\n"
               "complete -o filenames -F _imctl imctl\n";
}

void print_zsh(const Tree& tree) {
  const auto line = [](const Place& place) {
    std::cout << "    " << quoted(place.after) << ") choices=(";
    for (const Choice& choice : place.choices) std::cout << " " << quoted(choice.word + ":" + choice.doc);
    std::cout << " )" << (place.files ? "; files=1" : "") << " ;;\n";
  };
  std::cout << "#compdef imctl\n# zsh completion of imctl; made by `imctl completion zsh`.\n"
               "_imctl() {\n"
               "  local where=imctl files='' word\n  local -a choices\n"
               "  for word in \"${(@)words[2,CURRENT-1]}\"; do\n"
               "    case \"$where $word\" in\n    ("
            << paths_pattern(tree)
            << ") where=\"$where $word\" ;;\n    esac\n  done\n"
               "  case \"$where ${words[CURRENT-1]}\" in\n";
  for (const Place& place : tree.values) line(place);
  std::cout << "    *)\n    case \"$where\" in\n";
  for (const Place& place : tree.commands) line(place);
  std::cout << "    esac ;;\n  esac\n"
               "  (( ${#choices} )) && _describe imctl choices\n"
               "  [[ -n $files ]] && _files\n}\n"
               "if [ \"$funcstack[1]\" = _imctl ]; then _imctl \"$@\"; else compdef _imctl imctl; fi\n";
}

}  // namespace

void add_completion(CLI::App& app, Globals& globals) {
  const auto shell = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("completion", "Print the completion for a shell");
  command->add_option("shell", *shell, "bash or zsh")->required()->check(CLI::IsMember({"bash", "zsh"}));
  command->footer(
      "Examples:\n"
      "  source <(imctl completion bash)\n"
      "  imctl completion bash > /etc/bash_completion.d/imctl\n"
      "  imctl completion zsh > \"${fpath[1]}/_imctl\"");
  command->callback([&app, &globals, shell] {
    globals.run = [&app, shell] {
      Tree tree;
      walk(app, "imctl", {}, tree);
      *shell == "bash" ? print_bash(tree) : print_zsh(tree);
      return 0;
    };
  });
}

}  // namespace im::imctl

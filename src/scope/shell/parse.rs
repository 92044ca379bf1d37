//! Which blocks do the words of a script make?

use std::iter::Peekable;
use std::vec::IntoIter;

use super::lex::{Operator, Token};
use super::{Chain, Command, Join, List, Pipeline, Simple};

/// Blocks within blocks that are read; hostile scripts have more.
const DEPTH: usize = 40;

/// Words that end a list where a command would begin.
const ENDS: [&str; 8] = ["then", "elif", "else", "fi", "do", "done", "esac", "}"];

/// Reads all tokens; nothing where they make no script.
pub(super) fn list(tokens: Vec<Token>) -> Option<List> {
    let mut parser = Parser { tokens: tokens.into_iter().peekable(), depth: 0 };
    let list = parser.list()?;
    parser.tokens.next().is_none().then_some(list)
}

pub(super) struct Parser {
    pub(super) tokens: Peekable<IntoIter<Token>>,
    depth: usize,
}

impl Parser {
    fn list(&mut self) -> Option<List> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let mut list = List::new();
        loop {
            self.skip_lines();
            if matches!(self.operator(), Some(Operator::Close | Operator::Arm)) || self.tokens.peek().is_none() {
                break;
            }
            if self.reserved().is_some_and(|word| ENDS.contains(&word)) {
                break;
            }
            let mut chain = self.chain()?;
            match self.operator() {
                Some(Operator::Background) => {
                    self.take(Operator::Background);
                    chain.background = true;
                }
                Some(Operator::Next | Operator::Close | Operator::Arm) | None => {}
                Some(_) => return None,
            }
            list.push(chain);
        }
        self.depth -= 1;
        Some(list)
    }

    fn chain(&mut self) -> Option<Chain> {
        let mut links = vec![(Join::Next, self.pipeline()?)];
        loop {
            let join = match self.operator() {
                Some(Operator::And) => Join::And,
                Some(Operator::Or) => Join::Or,
                _ => return Some(Chain { links, background: false }),
            };
            self.tokens.next();
            self.skip_lines();
            links.push((join, self.pipeline()?));
        }
    }

    fn pipeline(&mut self) -> Option<Pipeline> {
        let mut negated = false;
        while self.take_reserved("!") {
            negated = !negated;
        }
        let mut commands = vec![self.command()?];
        while self.take(Operator::Pipe) {
            self.skip_lines();
            commands.push(self.command()?);
        }
        Some(Pipeline { negated, commands })
    }

    fn command(&mut self) -> Option<Command> {
        if self.take(Operator::Open) {
            let list = self.list()?;
            return self.take(Operator::Close).then_some(Command::Group { list, subshell: true });
        }
        let Some(word) = self.reserved() else { return self.simple() };
        match word {
            "{" => {
                self.tokens.next();
                let list = self.list()?;
                self.take_reserved("}").then_some(Command::Group { list, subshell: false })
            }
            "if" => self.branches(),
            "while" | "until" => {
                let until = word == "until";
                self.tokens.next();
                let condition = self.list()?;
                let body = self.body()?;
                Some(Command::Loop { until, condition, words: None, body })
            }
            "for" | "select" => self.counted(),
            "case" => self.case(),
            "function" => {
                self.tokens.next();
                let name = self.word()?.text;
                if self.take(Operator::Open) && !self.take(Operator::Close) {
                    return None;
                }
                self.function(name)
            }
            "[[" => {
                let mut words = Vec::new();
                while !self.take_reserved("]]") {
                    if let Token::Word(word) = self.tokens.next()? {
                        words.push(word);
                    }
                }
                Some(Command::Simple(Simple::of(words)))
            }
            word if ENDS.contains(&word) => None,
            _ => self.simple(),
        }
    }

    fn body(&mut self) -> Option<List> {
        if !self.take_reserved("do") {
            return None;
        }
        let body = self.list()?;
        self.take_reserved("done").then_some(body)
    }

    fn branches(&mut self) -> Option<Command> {
        let mut branches = Vec::new();
        let mut otherwise = List::new();
        while self.take_reserved("if") || self.take_reserved("elif") {
            let condition = self.list()?;
            if !self.take_reserved("then") {
                return None;
            }
            branches.push((condition, self.list()?));
            if self.reserved() == Some("if") {
                return None;
            }
        }
        if self.take_reserved("else") {
            otherwise = self.list()?;
        }
        self.take_reserved("fi").then_some(Command::If { branches, otherwise })
    }

    fn counted(&mut self) -> Option<Command> {
        self.tokens.next();
        self.word()?;
        self.skip_lines();
        let mut words = None;
        if self.take_reserved("in") {
            let listed = words.insert(Vec::new());
            while let Some(word) = self.word() {
                listed.push(word);
            }
        }
        self.skip_lines();
        let body = self.body()?;
        Some(Command::Loop { until: false, condition: List::new(), words, body })
    }

    fn case(&mut self) -> Option<Command> {
        self.tokens.next();
        self.word()?;
        self.skip_lines();
        if !self.take_reserved("in") {
            return None;
        }
        let mut arms = Vec::new();
        loop {
            self.skip_lines();
            if self.take_reserved("esac") {
                return Some(Command::Case(arms));
            }
            self.take(Operator::Open);
            while !self.take(Operator::Close) {
                if !self.take(Operator::Pipe) {
                    self.word()?;
                }
            }
            arms.push(self.list()?);
            self.take(Operator::Arm);
        }
    }

    fn function(&mut self, name: String) -> Option<Command> {
        self.skip_lines();
        if !matches!(self.operator(), Some(Operator::Open)) && self.reserved() != Some("{") {
            return None;
        }
        match self.command()? {
            body @ Command::Group { .. } => Some(Command::Function { name, body: Box::new(body) }),
            _ => None,
        }
    }

    fn simple(&mut self) -> Option<Command> {
        let mut words = Vec::new();
        while let Some(word) = self.word() {
            words.push(word);
            if words.len() == 1 && self.operator() == Some(Operator::Open) {
                self.tokens.next();
                if !self.take(Operator::Close) {
                    return None;
                }
                return self.function(words.pop()?.text);
            }
        }
        if words.is_empty() { None } else { Some(Command::Simple(Simple::of(words))) }
    }
}
